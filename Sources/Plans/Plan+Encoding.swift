public import Quantities

extension Plan {
  /// The version of the plan's written form.
  public static let format = 1

  /// The canonical form (RFC 8785): the bytes that the digest is made of.
  public var canonicalBytes: [UInt8] {
    var writer = CanonicalWriter(capacity: 4_096 + inventories.reduce(0) { $0 + $1.count * 64 })
    writer.object { plan in
      plan.member("amends", ifPresent: amends?.hex)
      if !asks.isEmpty {
        plan.key("asks")
        plan.array { for item in asks { item.encode(to: &$0) } }
      }
      plan.member("currency", ifPresent: currency)
      plan.member("deadline", ifPresent: deadline?.text)
      plan.member("environment", environment)
      plan.member("evidence_scale", evidenceScale)
      plan.key("forecast")
      plan.array { for item in forecast { item.encode(to: &$0) } }
      plan.member("format", Self.format)
      plan.key("freezes")
      plan.array { for item in freezes { item.encode(to: &$0) } }
      plan.key("guards")
      plan.array { for item in guards { item.encode(to: &$0) } }
      plan.member("ignored", strings: ignored)
      plan.key("inventories")
      plan.array { for item in inventories { item.encode(to: &$0) } }
      if let keys {
        plan.key("keys")
        plan.object {
          $0.member("allowed_signers", keys.allowedSigners)
          $0.member("revoked", ifPresent: keys.revoked)
        }
      }
      if !notices.isEmpty {
        plan.key("notices")
        plan.array { for item in notices { item.encode(to: &$0) } }
      }
      plan.member("owner", ifPresent: owner)
      plan.key("parameters")
      plan.array { for item in parameters { item.encode(to: &$0) } }
      if !people.isEmpty {
        plan.key("people")
        plan.array { for item in people { item.encode(to: &$0) } }
      }
      plan.key("phases")
      plan.array { for item in phases { item.encode(to: &$0) } }
      if !projections.isEmpty {
        plan.key("projections")
        plan.array { for item in projections { item.encode(to: &$0) } }
      }
      plan.key("providers")
      plan.array { for item in providers { item.encode(to: &$0) } }
      if !rollbackFreezes.isEmpty {
        plan.key("rollback_freezes")
        plan.array { for item in rollbackFreezes { item.encode(to: &$0) } }
      }
      plan.member("runbook", runbook)
      plan.member("scale", scale)
      plan.key("signals")
      plan.array { for item in signals { item.encode(to: &$0) } }
      plan.key("sources")
      plan.array { for item in sources { item.encode(to: &$0) } }
      plan.key("stages")
      plan.array { for item in stages { item.encode(to: &$0) } }
      plan.member("starts", ifPresent: starts?.text)
      plan.member("summary", ifPresent: summary)
      plan.member("tolerate_in_run", ifPresent: tolerateInRun)
      plan.key("triggers")
      plan.array { for item in triggers { item.encode(to: &$0) } }
      plan.member("undo_concurrency", ifPresent: undoConcurrency)
      plan.member("unexecuted", strings: unexecuted)
      plan.member("zone", zone)
      plan.member("zone_data", ifPresent: zoneData)
    }
    return writer.bytes
  }

  /// The digest that people approve: SHA-256 of ``canonicalBytes``.
  public var digest: Digest { Digest(of: canonicalBytes) }
}

extension PlannedGuard {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("id", id)
      $0.member("kind", kind)
      $0.member("text", text)
    }
  }
}

extension PlannedInventory {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("columns", strings: columns)
      $0.member("name", name)
      $0.key("values")
      $0.array { for column in values { $0.array { for value in column { $0.string(value) } } } }
    }
  }
}

extension NamedValue {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("name", name)
      $0.member("value", value)
    }
  }
}

extension PlannedPhase {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("approval", ifPresent: approval)
      if let approvalRule {
        $0.key("approval_rule")
        approvalRule.encode(to: &$0)
      }
      $0.member("id", id)
      $0.member("summary", ifPresent: summary)
      $0.member("tolerate", ifPresent: tolerate)
    }
  }
}

extension PlannedProvider {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("adapter", adapter)
      $0.member("configuration", configuration.json)
      $0.member("name", name)
    }
  }
}

extension PlanSource {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("digest", digest.hex)
      $0.member("path", path)
    }
  }
}

extension PlannedStage {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      if let approvalRule {
        $0.key("approval_rule")
        approvalRule.encode(to: &$0)
      }
      if bakeCycles > 0 { $0.member("bake_cycles", bakeCycles) }
      if let bakeEvents {
        $0.key("bake_events")
        bakeEvents.encode(to: &$0)
      }
      $0.member("bake_ms", bake.milliseconds)
      if !caps.isEmpty {
        $0.key("caps")
        $0.array {
          for cap in caps {
            $0.object {
              $0.member("attribute", cap.attribute)
              $0.key("pace")
              cap.pace.encode(to: &$0)
            }
          }
        }
      }
      $0.member("concurrency", concurrency)
      if let gate {
        $0.key("gate")
        gate.encode(to: &$0)
      }
      $0.member("id", id)
      $0.member("inventory", ifPresent: inventory)
      $0.member("not_before", ifPresent: notBefore?.text)
      if let pace {
        $0.key("pace")
        pace.encode(to: &$0)
      }
      $0.member("phase", phase)
      $0.key("steps")
      $0.array { for step in steps { step.encode(to: &$0) } }
      $0.member("strict", isStrict)
      $0.member("then", then)
      $0.key("tolerate_by_attribute")
      $0.array {
        for limit in tolerateByAttribute {
          $0.object {
            $0.member("attribute", limit.attribute)
            $0.member("limit", limit.limit)
          }
        }
      }
      $0.key("waves")
      $0.array { for wave in waves { wave.encode(to: &$0) } }
      if let window {
        $0.key("window")
        window.encode(to: &$0)
      }
    }
  }
}

extension PlannedPace {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("boundaries", strings: boundaries.map(\.text))
      $0.member("carry", carry)
      $0.member("count", count)
      $0.member("every_ms", ifPresent: every?.milliseconds)
      $0.member("text", text)
    }
  }
}

extension PlannedWave {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("earliest", ifPresent: earliest?.text)
      $0.member("first_start", ifPresent: starts?.first.text)
      $0.member("last_start", ifPresent: starts?.last.text)
      $0.member("latest", ifPresent: latest?.text)
      $0.key("targets")
      $0.array { for row in targets { $0.integer(Int64(row)) } }
      $0.member("tolerate", ifPresent: tolerate)
    }
  }
}

extension PlannedStep {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("attempts", attempts)
      $0.key("call")
      call.encode(to: &$0)
      if isCutover { $0.member("cutover", true) }
      $0.member("id", id)
      $0.member("summary", ifPresent: summary)
      $0.key("undo")
      switch undo {
      case .call(let call): call.encode(to: &$0)
      case .nothing: $0.string("none")
      case .impossible: $0.string("irreversible")
      }
      $0.member("wait", wait.text)
    }
  }
}

extension PlannedCall {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("arguments", arguments.json)
      $0.member("idempotency", idempotency.rawValue)
      $0.member("operation", operation)
      if let probe {
        $0.key("probe")
        $0.object {
          $0.member("arguments", probe.arguments.json)
          $0.member("operation", probe.operation)
          $0.member("provider", probe.provider)
          $0.member("timeout_ms", probe.timeout.milliseconds)
        }
      }
      $0.member("provider", provider)
      $0.member("settle_ms", settle.milliseconds)
      $0.member("timeout_ms", timeout.milliseconds)
    }
  }
}
