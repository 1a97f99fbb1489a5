#ifndef SANDERLING_SPAWNING_H
#define SANDERLING_SPAWNING_H

#include <stdint.h>
#include <sys/types.h>

/// Where a child came to before it could not go on.
enum spawn_stage {
  spawn_stage_fork = 0,
  spawn_stage_session = 1,
  spawn_stage_record = 2,
  spawn_stage_directory = 3,
  spawn_stage_files = 4,
  spawn_stage_program = 5,
};

/// A child to start. All pointers are read before `spawn_child` returns, and none after.
struct spawn_request {
  const char *program;
  char *const *arguments;
  char *const *environment;
  const char *directory;
  /// What becomes its standard input, output and error.
  int32_t input;
  int32_t output;
  int32_t error;
  /// A place of ten bytes in `environment` that gets the child's own pid, in digits; or null.
  char *session;
  /// The file in which the child writes itself down before it does anything else; or -1.
  int32_t roster;
  /// Where in that file.
  int64_t place;
  /// What it writes: the first ten bytes become its pid, the twenty after the eleventh its start time.
  char *entry;
  uint64_t entry_size;
  /// Signals that stay ignored, bit n - 1 for signal n. All others get their default.
  uint64_t ignored;
  /// The child's limits of open files; none are set when `files_hard` is 0.
  uint64_t files_soft;
  uint64_t files_hard;
};

/// What became of it.
struct spawn_result {
  /// The child; 0 when there is none.
  int32_t pid;
  /// A descriptor that is readable when the child has ended; -1 when the system gives none.
  int32_t descriptor;
  /// Where it could not go on, as a `spawn_stage`, and the error number; 0 when it runs.
  int32_t stage;
  int32_t error;
};

/// Starts a child in a session of its own, with no controlling terminal and no files but its three.
///
/// Blocks until the child runs its program or could not. It must be called with every signal blocked.
struct spawn_result spawn_child(const struct spawn_request *request);

/// Collects a child that has ended, or waits for that.
///
/// Returns 0 and its status, or an error number.
int32_t spawn_collect(int32_t pid, int32_t *exit_code, int32_t *signal);

/// Whether a process is a child that has ended and was not collected, which it leaves as it is.
int32_t spawn_has_ended(int32_t pid);

/// The first child that has ended and was not collected, which it leaves as it is; 0 when there is none.
int32_t spawn_first_ended(void);

/// Makes this process the parent of every process whose own parent, a descendant of this one, ends.
void spawn_adopt_orphans(void);

/// Keeps what is in memory from core dumps and debuggers; children are as others are.
void spawn_hide_memory(void);

/// A file that can be polled, and becomes readable by `spawn_alarm_ring`; -1 with `errno` when there is none.
int32_t spawn_alarm(void);
void spawn_alarm_ring(int32_t alarm);

/// How many processes and threads this user may have; the largest number where there is no limit.
uint64_t spawn_process_limit(void);

/// A pipe whose ends are closed in children, and have numbers from 3 on. Returns 0, or an error number.
int32_t spawn_pipe(int32_t *reading, int32_t *writing);

#endif
