#!/usr/bin/env python3
"""Sends bad HTTP to all lessons' programs at the same time: most of it is waiting for time-outs.

    all.py PROGRAMS [KIT]       PROGRAMS: the folder of lesson-00, lesson-01, …; KIT: another folder with
                                hostile_http.py than this one
No server may fall over or answer 500. Those of STRICT may not fail a single case; what the others fail, the table
of lesson 10 shows.
"""
import json
import os
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STRICT = {"lesson-10", "lesson-12"}
# What lesson 10 may hold in memory afterwards, in KB: its limits are what it teaches.
MOST_MEMORY = {"lesson-10": 40_000}


def ask(kit, program, folder):
    name = program.name
    command = [str(program)]
    if name in {"lesson-08", "lesson-12"}:  # with a database of its own
        command = [str(ROOT / ".ci/with-superuser"), *command]
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    with open(folder / f"{name}.log", "wb") as log:
        server = subprocess.Popen(command, env=environment | {"PORT": "0"}, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        line = server.stdout.readline()
        port = line.rsplit(":", 1)[-1].strip()
        if not port.isdigit():
            return name, [f"it did not listen: {line!r}"], ""
        out = folder / f"{name}.json"
        subprocess.run([sys.executable, "-B", str(kit / "hostile_http.py"), "127.0.0.1", port, "--pid", str(server.pid),
                        "--out", str(out)], stdout=subprocess.DEVNULL, check=False)
        return name, *judge(name, json.loads(out.read_text()))
    finally:
        server.kill()
        server.wait()


def judge(name, result):
    failed = [row["name"] for row in result["rows"] if row["verdict"] == "FAIL"]
    fell = [row["name"] for row in result["rows"] if 500 in row["responses"]]
    memory = result["after"]["rss_kb"]
    problems = []
    if not result["alive_at_end"] or result["stopped_by"]:
        problems.append(f"it stopped answering: {result['stopped_by']}")
    if fell:
        problems.append(f"500 for {fell}")
    if name in STRICT and failed:
        problems.append(f"these fail: {failed}")
    if memory > MOST_MEMORY.get(name, 200_000):
        problems.append(f"it holds {memory} KB afterwards")
    return problems, f"{result['tally']}, memory after: {memory} KB"


def main():
    programs = Path(sys.argv[1]).resolve()
    kit = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else HERE
    lessons = sorted(path for path in programs.glob("lesson-[0-9][0-9]*") if path.suffix in ("", ".exe"))
    held = bool(lessons)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(len(lessons) or 1) as pool:
        for name, problems, said in pool.map(lambda program: ask(kit, program, Path(folder)), lessons):
            print(f"{name}: {said}" + "".join(f"\n  FAILS: {problem}" for problem in problems))
            held = held and not problems
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
