"""A copy of the tree that is changed, built and asked; the tree itself is never touched."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import combined

TOP = Path(__file__).resolve().parent.parent.parent
SWIFT = os.environ.get("SWIFT", "swift").split()
MEMORY = 8 << 30
BUNDLE = "debug/sanderlingPackageTests.xctest"
# What is at work, so that nothing of it is left when the script is stopped.
running = set()


class Copy:
    """The program with the test targets that are asked, optimised where it is simulated."""

    def __init__(self, work, asked):
        self.work, self.tree, self.asked = TOP / work, TOP / work / "tree", sorted(asked)
        # Per file, who owns which line.
        self.pages = {}

    def refresh(self, texts=None):
        """Brings the copy up to date; a file that did not change keeps its time, so that it is not built again."""
        texts, wanted = texts or {}, set()
        self.work.mkdir(exist_ok=True)
        for folder in ["Package.swift", "Sources", "Tests", "docs", "runbooks"]:
            top = TOP / folder
            for path in [top] if top.is_file() else sorted(top.rglob("*")):
                if "__pycache__" in path.parts or not (path.is_symlink() or path.is_file()):
                    continue
                name = path.relative_to(TOP)
                wanted.add(name)
                target = self.tree / name
                target.parent.mkdir(parents=True, exist_ok=True)
                if path.is_symlink():
                    if not target.is_symlink():
                        target.symlink_to(os.readlink(path))
                    continue
                text = path.read_bytes()
                if folder == "Package.swift":
                    text = self.package(text.decode()).encode()
                text = texts[name.as_posix()].encode() if name.as_posix() in texts else text
                if write(target, text):
                    shutil.copymode(path, target)
        for name, text in texts.items():
            if Path(name) not in wanted:
                wanted.add(Path(name))
                write(self.tree / name, text.encode())
        for path in sorted(self.tree.rglob("*")):
            name = path.relative_to(self.tree)
            if (path.is_symlink() or path.is_file()) and name not in wanted and name.name != "Package.resolved":
                path.unlink()

    def package(self, text):
        """The package with what is asked and what that needs, and without warnings as errors: a change may leave a name
        unused."""
        names = ", ".join(f'"{name}"' for name in self.asked)
        return (
            text.replace("strict + [.treatAllWarnings(as: .error)]", "strict")
            + f"\nvar needed: Set<String> = [{names}]\n"
            + "for _ in package.targets {\n"
            + "  for target in package.targets where needed.contains(target.name) {\n"
            + "    for case .byNameItem(let name, _) in target.dependencies { needed.insert(name) }\n"
            + "  }\n}\n"
            + "package.targets.removeAll { !needed.contains($0.name) }\n"
            + "package.products.removeAll()\n"
        )

    def build(self, limit):
        command = [
            *SWIFT, "build", "--build-tests", "-Xswiftc", "-continue-building-after-errors",
            "--package-path", str(self.tree), "--scratch-path", str(self.work / "build"),
        ]  # fmt: skip
        return execute(command, self.tree, dict(os.environ, SANDERLING_OPTIMIZED="1", NO_COLOR="1"), limit)

    def combine(self, changes, limit, note=lambda number, message: None):
        """Builds all changes in one program.

        Takes out what the compiler refuses, notes it, and builds again, until it has nothing to say. Returns the numbers
        that do not compile, with the message, and those that have to be tried alone.
        """
        refused, alone, number_of_build = {}, set(), 0
        while True:
            left = [one for one in changes if one.number not in refused and one.number not in alone]
            texts = {}
            for name in sorted({one.file for one in left}):
                combination = combined.Combination(
                    name, (TOP / name).read_text(encoding="utf-8"), [one for one in left if one.file == name])
                alone |= set(combination.alone)
                self.pages[name] = combination.page()
                texts[name] = self.pages[name].text
                module = name.split("/")[1]
                texts[f"Sources/{module}/Mutant.swift"] = combined.switch(module)
            self.refresh(texts)
            number_of_build += 1
            print(f"build {number_of_build}: {len(left)} changes in {len(self.pages)} files", file=sys.stderr)
            code, output, _ = self.build(limit)
            if code == 0:
                return refused, alone
            new = 0
            for path, line, message in dict.fromkeys(re.findall(r"^(\S+\.swift):(\d+):\d+: error: ([^\n]+)", output, re.M)):
                if not path.startswith(f"{self.tree}/"):
                    continue
                page = self.pages.get(Path(path).relative_to(self.tree).as_posix())
                numbers, own = page.owners(int(line)) if page and code is not None else ([], False)
                for number in numbers:
                    # What the compiler says at the end of a body is about the only change of it, if there is one only.
                    if (own or len(numbers) == 1) and number not in refused:
                        refused[number] = message[:160]
                        note(number, message[:160])
                        new += 1
                    elif not own and len(numbers) > 1 and number not in alone:
                        alone.add(number)
                        new += 1
            if not new:
                sys.exit(f"the copy does not build:\n{output[-3000:]}")

    def ask(self, pattern, skipped, number, limit, busy, watch, **variables):
        """Runs the tests that match with one change, but for those that are skipped."""
        environment = dict(os.environ, NO_COLOR="1", **variables)
        environment.pop("SANDERLING_SEED", None)
        environment[combined.VARIABLE] = str(number)
        command = [str(self.work / "build" / BUNDLE), "--testing-library", "swift-testing", "--filter", pattern]
        command += [part for one in skipped for part in ("--skip", one)]
        return execute(command, self.tree, environment, limit, busy, watch)


def write(target, text):
    if target.exists() and target.read_bytes() == text:
        return False
    target.write_bytes(text)
    return True


def execute(command, folder, environment, limit, busy=None, watch=None):
    """Runs a command: its exit code, `None` when its time was up; its output; its seconds of work.

    `limit` is by the clock; `busy` is what it may work, and does not count waiting for a turn on a machine that many use.
    `watch` sees each line and may say that enough was seen.
    """
    process = subprocess.Popen(
        command, cwd=folder, env=environment, text=True, errors="replace", start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    running.add(process)
    if busy:
        # A loop without an end often takes memory too.
        resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (int(busy), int(busy) + 5))
    lines, late = [], threading.Event()

    def on_time():
        late.set()
        end(process)

    timer = threading.Timer(limit, on_time)
    timer.start()
    try:
        for line in process.stdout:
            lines.append(line)
            if watch and watch(line):
                end(process)
                break
    except BaseException:
        end(process)
        raise
    finally:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = code = os.waitstatus_to_exitcode(status)
        timer.cancel()
        process.stdout.close()
        running.discard(process)
    seconds = usage.ru_utime + usage.ru_stime
    return (None if late.is_set() or busy and code and seconds >= busy else code), "".join(lines), seconds


def end(process):
    """Ends the command and what it started: all of it is in one session."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # pid (name) state parent group session …; a name may hold spaces and brackets.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == process.pid and fields[0] != "Z":
                os.kill(int(entry.name), signal.SIGKILL)
        except (OSError, ValueError, IndexError):
            # It has ended meanwhile.
            continue


def leave(*_):
    """Leaves at once and takes along what is at work; what waits for its turn in another thread would begin otherwise."""
    for process in list(running):
        end(process)
    os._exit(143)


def trap(output):
    found = re.search(r"(Fatal error[^\n]*|Illegal instruction|out of range[^\n]*|unexpected signal[^\n]*)", output)
    return found[1][:160] if found else "the process ended"
