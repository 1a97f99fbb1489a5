import Diagnostics
import Plans
import Quantities
import Runbooks

extension Planner {
  /// The longest time of one attempt when nothing is written.
  static let standardTimeout = Span.hour

  /// Resolves a step: what it does and what takes it back, with everything in place that does not depend on a target.
  func step(_ step: Step) -> PlannedStep {
    let operation = operations[step.uses.value]
    let undo: PlannedUndo =
      switch step.undo.value {
      case .nothing: .nothing
      case .impossible: .impossible
      case .operation(let name):
        .call(step.undoCall.map { call($0) } ?? call(name, for: step, timeout: nil))
      case .ofOperation: (operation?.undo?.value).map { .call(call($0, for: step, timeout: nil)) } ?? .nothing
      }
    let retry = step.retry ?? .standard
    return PlannedStep(
      id: step.id.value, summary: step.summary, call: applying(step),
      undo: undo,
      attempts: retry.attempts, wait: retry.wait, isCutover: step.isCutover)
  }

  /// What a step does. Of an adapter that is used directly the step itself says what an operation would.
  private func applying(_ step: Step) -> PlannedCall {
    var call = call(step.uses.value, for: step, timeout: step.timeout)
    guard operations[step.uses.value] == nil else { return call }
    call.idempotency = idempotency(step.idempotency?.value ?? .none)
    call.settle = step.settle?.value ?? .zero
    call.probe = step.probe.map { probe in
      let name = probe.uses.value
      let with = probe.with ?? step.with
      return PlannedProbe(
        operation: name, provider: provider(of: name),
        arguments: operations[name] == nil
          ? fill(with, of: name, with: [:]) : arguments(of: name, with: members(of: with)),
        timeout: probe.timeout ?? timeout(of: name) ?? .minute)
    }
    return call
  }

  /// An undo that is written in place: a call of an adapter.
  private func call(_ undo: DirectCall) -> PlannedCall {
    let name = undo.uses.value
    return PlannedCall(
      operation: name, provider: name, arguments: undo.with.map { fill($0, of: name, with: [:]) } ?? .none,
      idempotency: idempotency(undo.idempotency), timeout: undo.timeout ?? Self.standardTimeout, settle: .zero)
  }

  /// Binds an operation, or an adapter that is used directly, to the arguments of a step.
  private func call(_ name: String, for step: Step, timeout: Span?) -> PlannedCall {
    guard let operation = operations[name] else {
      return PlannedCall(
        operation: name, provider: name, arguments: fill(step.with, of: name, with: [:]), idempotency: .none,
        timeout: timeout ?? Self.standardTimeout, settle: .zero)
    }
    let handed = members(of: step.with)
    return PlannedCall(
      operation: name, provider: operation.provider.value, arguments: arguments(of: name, with: handed),
      idempotency: idempotency(operation.idempotency),
      timeout: timeout ?? operation.timeout ?? Self.standardTimeout, settle: operation.settle,
      probe: operation.probe.map { probe in
        PlannedProbe(
          operation: probe.value, provider: provider(of: probe.value),
          arguments: arguments(of: probe.value, with: handed), timeout: self.timeout(of: probe.value) ?? .minute)
      })
  }

  /// Whom an operation asks. A name that no operation has is that of an adapter, used directly.
  func provider(of name: String) -> String { operations[name]?.provider.value ?? name }

  /// What an operation hands over; an adapter that is used directly, and not by a step, gets nothing.
  func arguments(of name: String, with handed: [String: ArgumentTemplate]) -> ArgumentTemplate {
    operations[name].map { fill($0.with, of: $0.provider.value, with: handed) } ?? .none
  }

  /// What a provider is handed over: as ``fill(_:with:)``, and what stands for something in an address is encoded.
  private func fill(
    _ arguments: Arguments, of provider: String, with handed: [String: ArgumentTemplate]
  ) -> ArgumentTemplate {
    let adapter = environment.providers.first { $0.name.value == provider }?.adapter.value ?? provider
    guard let addresses = runbook.addresses[adapter], case .members(let members, _) = arguments else {
      return fill(arguments, with: handed)
    }
    return .members(
      members.map { member in
        let isAddress = addresses.contains(member.name.value)
        let value = isAddress ? address(member.value, with: handed) : fill(member.value, with: handed)
        return .init(name: member.name.value, value: value)
      })
  }

  private func address(_ written: Arguments, with handed: [String: ArgumentTemplate]) -> ArgumentTemplate {
    guard case .text(let template, _) = written else { return fill(written, with: handed) }
    if template.isHandedOver {
      // What is handed over as a whole is an address by itself, and its own interpolations are data.
      guard case .text(let address) = fill(written, with: handed) else { return fill(written, with: handed) }
      return address.references.isEmpty ? .text(address) : .address(address)
    }
    let address = template.address(knowing: { reference in
      let parts = self.parts(.reference(reference), handed)
      return parts == [.reference(reference)] ? nil : Template(parts: parts)
    })
    let result = Template(parts: joined(address.parts))
    return result.references.isEmpty ? .text(result) : .address(result)
  }

  /// The longest time of an operation, where it says one.
  func timeout(of name: String) -> Span? { operations[name]?.timeout }

  private func members(of arguments: Arguments) -> [String: ArgumentTemplate] {
    guard case .members(let members, _) = arguments else { return [:] }
    return Dictionary(
      members.map { ($0.name.value, fill($0.value, with: [:])) }, uniquingKeysWith: { first, _ in first })
  }

  /// Puts parameters and what the step hands over in place; target attributes and outputs stay references.
  func fill(_ arguments: Arguments, with handed: [String: ArgumentTemplate]) -> ArgumentTemplate {
    switch arguments {
    case .constant(let value, _): return .constant(value)
    case .secret(let reference, _): return .secret(reference)
    case .list(let elements, _): return .list(elements.map { fill($0, with: handed) })
    case .members(let members, _):
      return .members(members.map { .init(name: $0.name.value, value: fill($0.value, with: handed)) })
    case .text(let template, _):
      // A text that is nothing but `${with.x}` becomes what was handed over, whatever its type.
      if template.isHandedOver, case .reference(.argument(let name)) = template.parts[0], let value = handed[name] {
        return value
      }
      return .text(Template(parts: joined(template.parts.flatMap { part in self.parts(part, handed) })))
    }
  }

  private func parts(_ part: Template.Part, _ handed: [String: ArgumentTemplate]) -> [Template.Part] {
    switch part {
    case .reference(.parameter(let name)): [.literal(parameters[name, default: ""])]
    case .reference(.forecast(let name)):
      // Only constant quantities may stand in arguments: `growingArgument` refuses the others.
      runbook.forecastQuantities.first { $0.name.value == name }?.points.first.map { [.literal($0.value.text)] } ?? [
        part
      ]
    case .reference(.argument(let name)):
      switch handed[name] {
      case .text(let template): template.parts
      case .constant(let value): [.literal(value.plainText)]
      default: [part]
      }
    default: [part]
    }
  }

  private func joined(_ parts: [Template.Part]) -> [Template.Part] {
    var result: [Template.Part] = []
    for part in parts {
      if case .literal(let text) = part, case .literal(let before) = result.last {
        result[result.count - 1] = .literal(before + text)
      } else {
        result.append(part)
      }
    }
    return result
  }

  /// The providers that the steps of a plan use, with their configuration.
  func providers(of plan: Plan) -> [PlannedProvider] {
    var names = Set(plan.signals.map(\.provider) + plan.notices.map(\.provider))
    for step in plan.stages.flatMap(\.steps) {
      for call in step.calls { names.formUnion([call.provider, call.probe?.provider].compactMap { $0 }) }
    }
    return names.sorted().map { name in
      guard let declared = environment.providers.first(where: { $0.name.value == name }) else {
        return PlannedProvider(name: name, adapter: name, configuration: .none)
      }
      return PlannedProvider(
        name: name, adapter: declared.adapter.value, configuration: fill(declared.configuration, with: [:]))
    }
  }

  /// The inventories that stages use, reduced to the columns that the plan needs: those that arguments, limits and
  /// people refer to.
  func inventories(of plan: Plan) -> [PlannedInventory] {
    usedInventories.enumerated().compactMap { index, name in
      guard let inventory = runbook.inventories.first(where: { $0.name.value == name }) else { return nil }
      var needed: Set<String> = ["id", "name", "zone", "country", "region"]
      for signal in plan.signals {
        if case .attribute(let name) = signal.extent { needed.insert(name) }
        needed.formUnion(
          signal.arguments.references.compactMap { if case .target(let name) = $0 { name } else { nil } })
      }
      for stage in plan.stages where stage.inventory == index {
        needed.formUnion(stage.tolerateByAttribute.map(\.attribute) + stage.caps.map(\.attribute))
        needed.formUnion(stage.gate?.comparison?.match ?? [])
        for step in stage.steps { needed.formUnion(attributes(of: step)) }
      }
      let columns = inventory.columns.filter { needed.contains($0) }.sorted()
      return PlannedInventory(name: name, columns: columns, values: columns.compactMap { inventory.column($0) })
    }
  }

  private func attributes(of step: PlannedStep) -> [String] {
    step.references.compactMap { if case .target(let name) = $0 { name } else { nil } }
  }
}
