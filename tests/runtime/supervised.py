"""Supervise stand-ins from a process of its own, so that it can be killed: prints pids and waits."""

import json
import os
import sys
import time
from pathlib import Path

from runtime.processes import Process
from runtime.supervision import Supervision

STAND_IN = str(Path(__file__).with_name("stand_in.py"))


def stand_ins(ports):
    """One stand-in for each port."""
    for name, port in zip(("engine", "actions", "gateway"), ports, strict=True):
        yield Process(name, (sys.executable, STAND_IN, str(port)), f"http://127.0.0.1:{port}/", 20)


if __name__ == "__main__":
    data_dir = Path(sys.argv[1])
    with Supervision(list(stand_ins(sys.argv[2:])), data_dir, dict(os.environ)) as supervision:
        supervision.start_in_order(lambda _name: None)
        print(json.dumps(supervision.pids()), flush=True)
        time.sleep(600)
