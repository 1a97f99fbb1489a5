#define _GNU_SOURCE
#include "include/spawning.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

// What the child does until it runs its program: it shares this process's memory (vfork), so nothing here may allocate,
// take a lock or touch what others use. Every function called is async-signal-safe.

/// Writes a number right-aligned, with zeros before it.
static void write_digits(char *place, int width, uint64_t number) {
  for (int at = width - 1; at >= 0; at--) {
    place[at] = (char)('0' + number % 10);
    number /= 10;
  }
}

/// When this process started, in clock ticks since the boot, as the file system of processes says it; 0 when it does not,
/// and then `error` says why: a shortage is one here, too.
static uint64_t own_start(int *error) {
  char text[1024];
  *error = ENOENT;
  int file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    *error = errno;
    return 0;
  }
  ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  if (size <= 0) return 0;
  // The name may hold spaces and brackets: the fields start after the last bracket.
  ssize_t at = size - 1;
  while (at >= 0 && text[at] != ')') at--;
  if (at < 0) return 0;
  for (int field = 0; field < 20; field++) {
    while (at < size && text[at] != ' ') at++;
    at++;
  }
  uint64_t start = 0;
  for (; at < size && text[at] >= '0' && text[at] <= '9'; at++) start = start * 10 + (uint64_t)(text[at] - '0');
  return start;
}

/// Writes itself down. Returns 0, or an error number.
static int write_down(const struct spawn_request *request) {
  if (request->roster < 0) return 0;
  int error = 0;
  uint64_t start = own_start(&error);
  if (start == 0) return error;
  write_digits(request->entry, 10, (uint64_t)getpid());
  write_digits(request->entry + 11, 20, start);
  uint64_t written = 0;
  while (written < request->entry_size) {
    ssize_t count = pwrite(
        request->roster, request->entry + written, request->entry_size - written,
        (off_t)(request->place + (int64_t)written));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count < 0 ? errno : ENOSPC;
    written += (uint64_t)count;
  }
  return 0;
}

/// Moves a file out of the numbers that are about to be replaced.
static int above_standard(int file) { return file > 2 ? file : fcntl(file, F_DUPFD_CLOEXEC, 3); }

static int give_files(const struct spawn_request *request) {
  int input = above_standard(request->input), output = above_standard(request->output);
  int error = above_standard(request->error);
  if (input < 0 || output < 0 || error < 0) return errno;
  if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(error, 2) < 0) return errno;
  // Ours are closed on exec as they are made; this is for what whoever started us left open.
  if (syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */) != 0) {
    struct rlimit limit;
    rlim_t most = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? limit.rlim_cur : 65536;
    for (int file = 3; file < (int)most; file++) fcntl(file, F_SETFD, FD_CLOEXEC);
  }
  if (request->files_hard != 0) {
    struct rlimit limit = {(rlim_t)request->files_soft, (rlim_t)request->files_hard};
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  return 0;
}

static void give_signals(const struct spawn_request *request) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  for (int number = 1; number < NSIG; number++) {
    int stays = number <= 64 && (request->ignored >> (number - 1) & 1) != 0;
    action.sa_handler = stays ? SIG_IGN : SIG_DFL;
    sigaction(number, &action, NULL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/// Becomes the program, or says where it could not go on.
static void become(const struct spawn_request *request, volatile struct spawn_result *result) {
  if (request->session != NULL) write_digits(request->session, 10, (uint64_t)getpid());
  result->stage = spawn_stage_session;
  if (setsid() < 0) {
    result->error = errno;
    return;
  }
  result->stage = spawn_stage_record;
  if ((result->error = write_down(request)) != 0) return;
  result->stage = spawn_stage_directory;
  if (chdir(request->directory) != 0) {
    result->error = errno;
    return;
  }
  result->stage = spawn_stage_files;
  if ((result->error = give_files(request)) != 0) return;
  give_signals(request);
  result->stage = spawn_stage_program;
  execve(request->program, request->arguments, request->environment);
  result->error = errno;
}

struct spawn_result spawn_child(const struct spawn_request *request) {
  volatile struct spawn_result result = {0, -1, spawn_stage_fork, 0};
  pid_t pid = vfork();
  if (pid == 0) {
    become(request, &result);
    _exit(127);
  }
  if (pid < 0) {
    result.error = errno;
  } else if (result.error != 0) {
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  } else {
    result.pid = pid;
    result.descriptor = (int32_t)syscall(SYS_pidfd_open, pid, 0u);
    if (result.descriptor < 0) result.descriptor = -1;
  }
  struct spawn_result copy = {result.pid, result.descriptor, result.stage, result.error};
  return copy;
}

int32_t spawn_collect(int32_t pid, int32_t *exit_code, int32_t *signal) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return errno;
  }
  *exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return 0;
}

int32_t spawn_has_ended(int32_t pid) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

int32_t spawn_first_ended(void) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return 0;
  return info.si_pid;
}

void spawn_hide_memory(void) { prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L); }

void spawn_adopt_orphans(void) { prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L); }

int32_t spawn_alarm(void) {
  int file = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return file;
}

void spawn_alarm_ring(int32_t alarm) {
  uint64_t one = 1;
  if (write(alarm, &one, sizeof one) < 0) return;  // It rings already.
}

uint64_t spawn_process_limit(void) {
  struct rlimit limit;
  // Root is not held to it.
  if (geteuid() == 0 || getrlimit(RLIMIT_NPROC, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
  return limit.rlim_cur;
}

int32_t spawn_pipe(int32_t *reading, int32_t *writing) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  for (int at = 0; at < 2; at++) {
    if (ends[at] > 2) continue;
    int moved = fcntl(ends[at], F_DUPFD_CLOEXEC, 3), problem = errno;
    close(ends[at]);
    ends[at] = moved;
    if (moved < 0) {
      if (at == 0) close(ends[1]);
      else close(ends[0]);
      return problem;
    }
  }
  *reading = ends[0];
  *writing = ends[1];
  return 0;
}
