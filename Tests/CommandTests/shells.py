"""Types lines into a shell at a terminal, with the completions of the program loaded: shells.py SHELL FOLDER LINE…

FOLDER has `sanderling.bash`, `_sanderling` and `sanderling.fish`, and `bin/sanderling`, which writes the words that it got
to `typed`. Each LINE is typed with its tabs; the next one when the words of the one before are there.
"""
import os
import pty
import select
import sys
import time

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], ["source {0}/sanderling.bash"]),
    "zsh": (
        ["zsh", "-f", "-i"],
        ["fpath=({0} $fpath); autoload -Uz compinit; compinit -u -D"],
    ),
    "fish": (["fish", "--no-config", "-i"], ["source {0}/sanderling.fish"]),
}


def main():
    shell, folder, lines = sys.argv[1], sys.argv[2], sys.argv[3:]
    words, prologue = SHELLS[shell]
    os.environ.update(
        PATH=f"{folder}/bin:{os.environ['PATH']}", HOME=folder, XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder,
        XDG_CACHE_HOME=folder, TERM="xterm", INPUTRC="/dev/null", LC_ALL="C.UTF-8",
    )
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(words[0], words)
    typed = f"{folder}/typed"
    todo = [line.format(folder) + "; sanderling ready" for line in prologue] + lines + ["exit"]
    told, end = 0, time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.02)[0]:
            try:
                if not os.read(terminal, 65536):
                    break
            except OSError:
                break
        written = open(typed).read().count("\n") if os.path.exists(typed) else 0
        if todo and told == written:
            told += 1
            os.write(terminal, (todo.pop(0) + "\r").encode())
    os.close(terminal)
    os.waitpid(child, 0)


main()
