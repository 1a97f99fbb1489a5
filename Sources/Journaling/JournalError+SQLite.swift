internal import GRDB
internal import Records

/// Does something that only reads. Where the disk did not answer, or what came looks damaged, it is read once more
/// before that is said: one read that failed is no damage.
func onceMore<Result>(_ read: () throws -> Result) throws -> Result {
  do {
    return try read()
  } catch  where isOfDisk(error) {
    return try read()
  }
}

/// Whether the disk did not answer, or what it gave is no journal.
func isOfDisk(_ error: any Error) -> Bool {
  switch error {
  case let error as DatabaseError:
    [.SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CANTOPEN].contains(error.resultCode)
  case JournalError.corrupt, JournalError.lost: true
  default: false
  }
}

extension JournalError {
  /// Sorts an error of the database by what a person can do about it.
  init(_ error: any Error, path: String) {
    guard let error = error as? DatabaseError else {
      self = (error as? JournalError) ?? .failed(path: path, detail: "\(error)")
      return
    }
    let detail = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_FULL: self = .full(path: path)
    // SQLite cannot always tell a full disk from a broken one; the disk can.
    case .SQLITE_IOERR where FileIdentity.isDiskFull(at: path): self = .full(path: path)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: self = .readOnly(path: path)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(path: path, detail: detail)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path: path)
    default: self = .failed(path: path, detail: detail)
    }
  }

  /// The same for whoever hands something over to be called in the middle: what that says comes out as it is.
  static func sorted(_ error: any Error, path: String) -> any Error {
    error is DatabaseError ? JournalError(error, path: path) : error
  }
}
