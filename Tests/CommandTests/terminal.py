"""Runs a command on a terminal of its own: terminal.py COLUMNS ROWS ANSWERS FILE COMMAND…

ANSWERS is a JSON list of pairs: where the first text appears, the second one is typed, with a return. What the command
wrote goes to FILE; it leaves with the code of the command.
"""
import fcntl
import json
import os
import pty
import struct
import sys
import termios


def main():
    columns, rows, answers = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.execvp(sys.argv[5], sys.argv[5:])
    said, looked = b"", 0
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        said += part
        for text, answer in answers:
            place = said.find(text.encode(), looked)
            if place >= 0:
                looked = place + len(text.encode())
                os.write(terminal, answer.encode() + b"\n")
    with open(sys.argv[4], "wb") as file:
        file.write(said)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


main()
