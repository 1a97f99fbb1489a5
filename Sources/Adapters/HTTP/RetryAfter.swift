internal import Glibc
internal import HTTP
internal import Quantities

/// How long a server asks us to wait: `Retry-After` in seconds or as a date (RFC 9110).
///
/// A date is compared with the server's own `Date`, so that our clock does not matter; without one, with our clock.
func retryAfter(_ response: HTTPResponse) -> Span? {
  guard let text = response.header("retry-after") else { return nil }
  let longest = longestRetryAfter.milliseconds
  if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
    // What is too large to be read is a long wait, and not none.
    return Span(milliseconds: min(Int64(text) ?? .max, longest / 1_000) * 1_000)
  }
  guard let date = httpDate(text) else { return nil }
  let now = response.header("date").flatMap(httpDate) ?? wallClock()
  return Span(milliseconds: min(max(0, (date - now).milliseconds), longest))
}

/// A year: a longer wait is a mistake, and no number may overflow.
let longestRetryAfter = Span(milliseconds: 31_536_000_000)

/// Reads the one form of a date that servers send today, `Sun, 06 Nov 1994 08:49:37 GMT`.
func httpDate(_ text: String) -> Instant? {
  let words = text.split(separator: " ")
  let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), let year = Int(words[3]),
    let month = months.firstIndex(of: String(words[2])), let date = CivilDate(year: year, month: month + 1, day: day)
  else { return nil }
  let time = words[4].split(separator: ":").compactMap { Int64($0) }
  guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else {
    return nil
  }
  return Instant(utcMidnight: date) + Span(milliseconds: (time[0] * 3_600 + time[1] * 60 + time[2]) * 1_000)
}

private func wallClock() -> Instant {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Instant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
}
