public import Quantities

/// What an adapter declares about itself, as values: whoever checks a runbook needs no adapter for it.
///
/// The shapes are those of the language, so an argument is checked, explained and printed like any other key.
public struct AdapterFacts: Sendable {
  /// The name, as providers and steps write it.
  package let name: String
  /// What it does, in a few words: `runs a command on this machine`.
  package let does: String
  /// The keys of a provider beside `adapter`.
  package let configuration: Vocabulary
  /// What steps can use; none when it only measures. An action without a name is the default one.
  package let actions: [Action]
  /// The arguments of a probe; `nil` when it cannot find out whether something happened.
  package let probe: Vocabulary?
  /// The arguments of a query; `nil` when it cannot measure.
  package let query: Vocabulary?
  /// How a notice goes through it; `nil` when none can.
  package let notice: Notice?
  /// What it knows of the past when it measures.
  package let memory: Memory
  /// Whether a running action can report how far it has come.
  package let reportsCursor: Bool
  /// Whether something may still be at work when its executor has died, which a later one must end.
  package let needsReclaiming: Bool
  /// Whether a request takes up what this machine has little of, such as open files.
  package let needsRoom: Bool
  /// Arguments that others on the machine can read: no secret may stand in them.
  package let exposed: [String]
  /// Where a shell may read what is written; `nil` when it never does.
  package let shell: Shell?
  /// Arguments that are addresses: what interpolations in them stand for is data, and is encoded.
  package let addresses: [String]

  package init(
    name: String, does: String, configuration: Vocabulary, actions: [Action] = [], probe: Vocabulary? = nil,
    query: Vocabulary? = nil, notice: Notice? = nil, memory: Memory = .present, reportsCursor: Bool = false,
    needsReclaiming: Bool = false, needsRoom: Bool = false, exposed: [String] = [], addresses: [String] = [],
    shell: Shell? = nil
  ) {
    self.name = name
    self.does = does
    self.configuration = configuration
    self.actions = actions
    self.probe = probe
    self.query = query
    self.notice = notice
    self.memory = memory
    self.reportsCursor = reportsCursor
    self.needsReclaiming = needsReclaiming
    self.needsRoom = needsRoom
    self.exposed = exposed
    self.addresses = addresses
    self.shell = shell
  }

  /// The arguments in which a shell may find a program.
  package struct Shell: Hashable, Sendable {
    /// A list of words, or a text that is one program.
    package let command: String
    /// What the command reads.
    package let input: String

    package init(command: String, input: String) {
      self.command = command
      self.input = input
    }
  }

  /// Something that an adapter can do.
  package struct Action: Sendable {
    /// The name; `nil` for the default action.
    package let name: String?
    package let arguments: Vocabulary
    package let outputs: Outputs

    package init(name: String? = nil, arguments: Vocabulary, outputs: Outputs) {
      self.name = name
      self.arguments = arguments
      self.outputs = outputs
    }
  }

  /// Which outputs later steps can read.
  package enum Outputs: Hashable, Sendable {
    /// Whatever comes back.
    case any
    /// Those that the members of this argument name.
    case named(by: String)
  }

  /// What a provider knows of the past.
  package enum Memory: Hashable, Sendable {
    /// Only what is so now.
    case present
    /// The past, too.
    case past
    /// The past, where this key of the configuration names a place.
    case pastWhere(configured: String)
  }
}

extension AdapterFacts {
  /// How a notice goes through an adapter.
  public struct Notice: Hashable, Sendable {
    /// In which form the message is put into its argument.
    package enum Form: Hashable, Sendable {
      /// As it is: a text, or an object.
      case value
      /// As one line of text.
      case line
    }

    /// The argument that the message is put into.
    package let argument: String
    package let form: Form
    /// Arguments that hold where the operation says nothing.
    package let standard: [String: String]

    package init(argument: String, form: Form, standard: [String: String] = [:]) {
      self.argument = argument
      self.form = form
      self.standard = standard
    }

    /// The arguments of a notice: those of its operation, and the message.
    public func arguments(_ arguments: JSON, telling message: JSON) -> JSON {
      var pairs = arguments.members.map { ($0.key, $0.value) }
      for (name, value) in standard.sorted(by: { $0.key < $1.key }) where arguments[name] == nil {
        pairs.append((name, .string(value)))
      }
      let value: JSON =
        switch form {
        case .value: message
        case .line: .string(message.plainText + "\n")
        }
      return .dictionary(pairs.filter { $0.0 != argument } + [(argument, value)])
    }
  }
}
