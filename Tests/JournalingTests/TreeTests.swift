import Quantities
import Records
import Testing

@Suite("The log's tree")
struct TreeTests {
  @Test("gives the published test vector")
  func vector() {
    var tree = Tree()
    #expect(tree.root == Digest(of: []))
    let entries = [
      #"{"seq":0,"type":"run.created"}"#, #"{"seq":1,"type":"plan.approved"}"#, #"{"seq":2,"type":"step.intended"}"#,
    ]
    _ = tree.append(Array(entries[0].utf8))
    _ = tree.append(Array(entries[1].utf8))
    #expect(tree.root.hex.hasPrefix("9f6d5fb4") && tree.root.hex.hasSuffix("c70f86cd6"))
    _ = tree.append(Array(entries[2].utf8))
    #expect(tree.root.hex == "856c5d7de94a71c9a67074d682919a79d39702ed4110bb4ce04c2883ce785624")
  }

  @Test("equals the definition of RFC 6962 at every size up to 200, and can be taken up from its stored nodes")
  func definition() throws {
    let entries = (0..<200).map { Array("entry \($0)".utf8) }
    var tree = Tree()
    var stored: [Int64: Digest] = [:]
    for (size, entry) in entries.enumerated() {
      for node in tree.append(entry) {
        #expect(stored[node.id] == nil)
        if node.level >= Tree.storedLevel { stored[node.id] = node.hash }
      }
      #expect(tree.root == Self.root(entries[0...size]))
      let read = Tree(
        size: Int64(size + 1), stored: { stored[$0] },
        leaf: { entries.indices.contains(Int($0)) ? Tree.leaf(entries[Int($0)]) : nil })
      #expect(read == tree)
    }
  }

  /// The recursive definition, written down as it stands in the RFC.
  private static func root(_ entries: ArraySlice<[UInt8]>) -> Digest {
    guard entries.count > 1 else {
      return entries.first.map(Tree.leaf) ?? Digest(of: [])
    }
    var split = 1
    while split * 2 < entries.count { split *= 2 }
    return Tree.parent(root(entries.prefix(split)), root(entries.dropFirst(split)))
  }
}
