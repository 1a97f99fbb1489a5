import Checkpoints
import Quantities
import Records
import Testing

/// A log of some entries, slow and obvious: the definitions of RFC 6962, word for word.
struct SlowLog {
  var entries: [[UInt8]]

  init(_ size: Int, seed: UInt8 = 0) { entries = (0..<size).map { [seed, UInt8($0 & 255), UInt8($0 >> 8)] } }

  func root(_ range: Range<Int>? = nil) -> Digest {
    let range = range ?? entries.indices
    if range.isEmpty { return Digest(of: []) }
    if range.count == 1 { return Tree.leaf(entries[range.lowerBound]) }
    let middle = range.lowerBound + Self.split(range.count)
    return Tree.parent(root(range.lowerBound..<middle), root(middle..<range.upperBound))
  }

  func path(_ place: Int, _ range: Range<Int>? = nil) -> [Digest] {
    let range = range ?? entries.indices
    if range.count == 1 { return [] }
    let middle = range.lowerBound + Self.split(range.count)
    return place < middle
      ? path(place, range.lowerBound..<middle) + [root(middle..<range.upperBound)]
      : path(place, middle..<range.upperBound) + [root(range.lowerBound..<middle)]
  }

  static func split(_ count: Int) -> Int {
    var power = 1
    while power * 2 < count { power *= 2 }
    return power
  }

  func subtree(_ level: Int, _ index: Int64) -> Digest? {
    let first = Int(index) << level
    return first + 1 << level <= entries.count ? root(first..<(first + 1 << level)) : nil
  }

  func checkpoint(_ origin: String) -> Checkpoint {
    Checkpoint(origin: origin, size: Int64(entries.count), root: root())
  }
}

@Suite("A proof")
struct ProofTests {
  @Test("is the one that Python and RFC 6962 give for three entries")
  func known() throws {
    var log = SlowLog(0)
    log.entries = [
      "{\"seq\":0,\"type\":\"run.created\"}", "{\"seq\":1,\"type\":\"plan.approved\"}",
      "{\"seq\":2,\"type\":\"step.intended\"}",
    ]
    .map { Array($0.utf8) }
    let leaves = log.entries.map(Tree.leaf)
    #expect(log.root().hex == "856c5d7de94a71c9a67074d682919a79d39702ed4110bb4ce04c2883ce785624")
    #expect(Proof.inclusion(of: 0, in: 3, log.subtree) == [leaves[1], leaves[2]])
    #expect(Proof.inclusion(of: 2, in: 3, log.subtree) == [log.root(0..<2)])
    #expect(Proof.consistency(from: 2, to: 3, log.subtree) == [leaves[2]])
  }

  @Test("shows each entry of each small log, and no other", arguments: 1...40)
  func inclusion(size: Int) throws {
    let log = SlowLog(size)
    for place in 0..<size {
      let proof = try #require(Proof.inclusion(of: Int64(place), in: Int64(size), log.subtree))
      #expect(proof == log.path(place))
      let leaf = Tree.leaf(log.entries[place])
      for wrong in 0...(size + 1) {
        #expect(
          Proof.shows(proof, leaf: leaf, at: Int64(wrong), in: Int64(size), root: log.root()) == (wrong == place))
      }
      for mutant in Self.mutants(proof) {
        #expect(!Proof.shows(mutant, leaf: leaf, at: Int64(place), in: Int64(size), root: log.root()))
      }
    }
    #expect(Proof.inclusion(of: Int64(size), in: Int64(size), log.subtree) == nil)
    #expect(Proof.inclusion(of: -1, in: Int64(size), log.subtree) == nil)
  }

  @Test("shows that each small log is the beginning of each larger one", arguments: 0...33)
  func consistency(size: Int) throws {
    let log = SlowLog(size)
    for old in 0...size {
      let before = log.root(0..<old)
      let proof = try #require(Proof.consistency(from: Int64(old), to: Int64(size), log.subtree))
      let shows = { (proof: [Digest], from: Int, root: Digest) in
        Proof.shows(proof, from: Int64(from), root, to: Int64(size), log.root())
      }
      #expect(shows(proof, old, before))
      #expect(!shows(proof, old, SlowLog(old, seed: 1).root()) || old == 0)
      for wrong in [old - 1, old + 1, size, size + 1] where wrong != old && wrong > 0 {
        #expect(!shows(proof, wrong, before), "\(old) as \(wrong)")
      }
      for mutant in Self.mutants(proof) { #expect(!shows(mutant, old, before)) }
    }
    #expect(Proof.consistency(from: Int64(size) + 1, to: Int64(size), log.subtree) == nil)
  }

  /// Proofs that are one change away: dropped, doubled, exchanged, changed, longer.
  static func mutants(_ proof: [Digest]) -> [[Digest]] {
    var mutants: [[Digest]] = [
      proof + [Digest(of: [7])], [Digest(of: [7])] + proof, Array(repeating: Digest(of: []), count: 70),
    ]
    for place in proof.indices {
      var changed = proof
      changed.remove(at: place)
      mutants.append(changed)
      changed = proof
      changed.insert(proof[place], at: place)
      mutants.append(changed)
      changed = proof
      changed[place] = Digest(of: changed[place].bytes)
      mutants.append(changed)
      if place > 0, proof[place] != proof[place - 1] {
        changed = proof
        changed.swapAt(place, place - 1)
        mutants.append(changed)
      }
    }
    return mutants
  }

  @Test("takes any number for a size without trapping")
  func hostile() {
    let some = Digest(of: [1])
    let sizes: [Int64] = [.min, -1, 0, 1, 2, 3, 1 << 62, .max - 1, .max]
    for one in sizes {
      for other in sizes {
        for count in [0, 1, 62, 63, 64] {
          let proof = Array(repeating: some, count: count)
          _ = Proof.shows(proof, leaf: some, at: one, in: other, root: some)
          _ = Proof.shows(proof, from: one, some, to: other, some)
        }
        _ = Proof.inclusion(of: one, in: other) { _, _ in some }
        _ = Proof.consistency(from: one, to: other) { _, _ in some }
      }
    }
  }

  @Test("stands in a file of its own")
  func file() throws {
    let log = SlowLog(11)
    let key = try #require(SigningKey(name: "log.example", kind: .note, seed: Array(repeating: 5, count: 32)))
    let proof = LogProof(
      index: 4, hashes: try #require(Proof.inclusion(of: 4, in: 11, log.subtree)),
      checkpoint: try SignedCheckpoint(log.checkpoint("log.example"), with: key))
    let read = try LogProof(proof.bytes)
    #expect(read == proof && read.shows(log.entries[4]) && !read.shows(log.entries[5]))
    let text = String(decoding: proof.bytes, as: UTF8.self)
    #expect(try LogProof(Array(text.replacing("index 4", with: "extra AAAA\nindex 4").utf8)) == proof)
    for wrong in ["index 5", "index 04", "index -4", "index", "inde 4"] {
      let changed = try? LogProof(Array(text.replacing("index 4", with: wrong).utf8))
      #expect(changed?.shows(log.entries[4]) != true)
    }
    for count in 0..<proof.bytes.count { #expect((try? LogProof(Array(proof.bytes.prefix(count)))) == nil) }
  }
}
