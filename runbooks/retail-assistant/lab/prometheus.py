"""A real Prometheus beside the lab, for those who want signals from one.

    python3 lab/prometheus.py start     prints its address
    python3 lab/prometheus.py stop

It scrapes the assistants and the front door on loopback, and keeps an hour in the lab's working directory.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import daemons
from common import Problem, main, place, settings, write_whole

REGIONS = ["eu", "us", "apac"]


def address():
    return f"127.0.0.1:{settings()['ports']['front'] + 9}"


def start():
    binary = shutil.which("prometheus")
    if not binary:
        raise Problem("there is no `prometheus` here: ./.ci/setup prometheus installs Debian's")
    ports = settings()["ports"]
    targets = ", ".join(f"'127.0.0.1:{ports[name]}'" for name in ["front", *REGIONS])
    config = place("prometheus.yml")
    write_whole(config, "global: { scrape_interval: 150ms, scrape_timeout: 150ms }\nscrape_configs:\n"
                        f"  - job_name: lab\n    static_configs: [{{ targets: [{targets}] }}]\n")
    if not daemons.alive("prometheus"):
        with open(place("log", "prometheus.log"), "ab") as log:
            child = subprocess.Popen(
                [binary, f"--config.file={config}", f"--storage.tsdb.path={place('prometheus')}",
                 "--storage.tsdb.retention.time=1h", f"--web.listen-address={address()}"],
                cwd="/", start_new_session=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        daemons.announce("prometheus", child.pid)
        child.returncode = 0  # it is meant to outlive us
    until = time.monotonic() + 30
    # It is ready seconds before it learns whom to ask: who looks earlier sees no data, which is a breach.
    while True:
        problem = "it has not scraped the front door yet"
        try:
            question = urllib.parse.quote(f'up{{instance="127.0.0.1:{ports["front"]}"}} == 1')
            with urllib.request.urlopen(f"http://{address()}/api/v1/query?query={question}", timeout=2) as answer:
                if json.load(answer)["data"]["result"]:
                    break
        except OSError as error:
            problem = str(error)
        if time.monotonic() > until or not daemons.alive("prometheus"):
            raise Problem(f"prometheus is not ready: {problem}; see {place('log', 'prometheus.log')}")
        time.sleep(0.1)
    print(f"http://{address()}")


def stop():
    daemons.stop("prometheus")


if __name__ == "__main__":
    main({"start": start, "stop": stop})
