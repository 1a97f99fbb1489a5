"""Starting, finding and stopping the lab's servers: each has a file in `work/pids/` that it writes itself."""

import json
import os
import signal
import subprocess
import sys
import time

import ledger
from common import Problem, place, settings, write_whole

LAB = os.path.dirname(os.path.abspath(__file__))


def pid_file(name):
    return place("pids", f"{name}.json")


def started_at(pid):
    """When the process started, in the kernel's ticks; `None` when it is gone. A pid alone may be reused."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def announce(name, pid=None):
    """Called by a server once it owns its port, or on behalf of one that is not ours."""
    here = {"pid": pid or os.getpid(), "started": started_at(pid or os.getpid())}
    write_whole(pid_file(name), json.dumps(here))


def known(name):
    """What the server said of itself, running or not."""
    try:
        with open(pid_file(name), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def alive(name):
    """The pid of the server, when the process that wrote the file still runs."""
    said = known(name)
    return said["pid"] if said and started_at(said["pid"]) == said["started"] else None


def start(name, *arguments):
    """Starts a server and waits until it owns its port. Starting one that runs changes nothing."""
    if alive(name):
        if name in settings()["ports"]:
            ledger.catch_up("assistant-started", name)
        return
    clear_dead(name)
    command = [sys.executable, os.path.join(LAB, "assistant.py"), name, *arguments]
    if name == "front":
        command = [sys.executable, os.path.join(LAB, "frontdoor.py")]
    elif name == "load":
        command = [sys.executable, os.path.join(LAB, "load.py"), "serve"]
    with open(place("log", f"{name}.log"), "ab") as log:
        # A session of its own: it outlives the step that starts it. Without SANDERLING_*: it is not part of an attempt.
        child = subprocess.Popen(
            command, cwd="/", start_new_session=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env={key: value for key, value in os.environ.items() if key == "SANDERLING_LAB" or "SANDERLING" not in key},
        )
    until = time.monotonic() + 20
    while not alive(name):
        if child.poll() is not None:
            raise Problem(f"{name} did not start: {last_line(name)}", transient=True)
        if time.monotonic() > until:
            raise Problem(f"{name} did not answer within 20 s: {last_line(name)}", transient=True)
        time.sleep(0.02)
    child.returncode = 0  # it is meant to outlive us
    if name in settings()["ports"]:  # what asks questions is no part of the system that is migrated
        ledger.note("assistant-started", name, detail=f"port {settings()['ports'][name]}")


def stop(name):
    """Stops a server and waits until it is gone. Stopping one that does not run changes nothing."""
    pid = alive(name)
    if pid:
        os.kill(pid, signal.SIGTERM)
        for sent in (signal.SIGTERM, signal.SIGKILL):
            if sent == signal.SIGKILL:
                os.kill(pid, sent)
            until = time.monotonic() + 5
            while alive(name) and time.monotonic() < until:
                time.sleep(0.02)
            if not alive(name):
                break
    clear_dead(name)


def clear_dead(name):
    """Writes down that a server is gone, and forgets it."""
    if known(name) and not alive(name):
        if name in settings()["ports"]:
            ledger.catch_up("assistant-stopped", name)
        os.unlink(pid_file(name))


def last_line(name):
    try:
        with open(place("log", f"{name}.log"), encoding="utf-8", errors="replace") as file:
            return (file.read().strip().splitlines() or ["no word in its log"])[-1]
    except OSError:
        return "no log"
