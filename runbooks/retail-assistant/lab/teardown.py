"""Stops the lab's servers and removes its working directory.

    python3 lab/teardown.py

Only processes that wrote a pid file here, and still are the same process, are stopped.
"""

import os
import shutil
import sys

import daemons
from common import WORK, Problem, place


def teardown():
    if not os.path.exists(WORK):
        return print(f"There is no lab in {WORK}: nothing to do.")
    # A directory that is not a lab must survive a wrong SANDERLING_LAB.
    if not os.path.exists(place("lab.json")):
        raise Problem(f"{WORK} is not a lab: it has no lab.json, so nothing is removed")
    for file in sorted(os.listdir(place("pids"))):
        if file.endswith(".json"):
            daemons.stop(file.removesuffix(".json"))
    shutil.rmtree(WORK)
    print(f"The servers are stopped and {WORK} is removed.")


if __name__ == "__main__":
    try:
        teardown()
    except Problem as problem:
        sys.exit(str(problem))
