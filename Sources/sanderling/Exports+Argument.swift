public import ArgumentParser
public import Auditing

extension Exports.Form: ExpressibleByArgument {}
