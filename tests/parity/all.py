#!/usr/bin/env python3
"""Plays the requests of all Python originals against the lessons' programs, two lessons at a time.

    all.py PROGRAMS [KIT]       PROGRAMS: the folder of lesson-01, lesson-02, …; KIT: another folder with
                                compare.py, requests/ and golden/ than this one
Exit status 0 when no lesson differs but in what tests/known-differences.tsv lists.
"""
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DATABASE = {"lesson-08", "lesson-12"}


def play(kit, number, program):
    command = shlex.quote(str(program))
    if program.name in DATABASE:  # with a database of its own, and the superuser that the requests log in as
        command = f"{shlex.quote(str(ROOT / '.ci/with-superuser'))} {command}"
    # What is known to differ is known of the lesson with the number of the original.
    known = [] if program.name == "lesson-12" else ["--known", str(ROOT / "tests/known-differences.tsv")]
    return subprocess.run(
        [sys.executable, "-B", str(kit / "compare.py"), "-q", number, command, *known],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def main():
    programs = Path(sys.argv[1]).resolve()
    kit = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else HERE
    numbers = sorted(path.stem for path in (kit / "requests").glob("*.json"))
    with ThreadPoolExecutor(2) as pool:
        # Lesson 12 is the site of lesson 08 made ready for strangers: it answers the same requests.
        plays = [(number, programs / f"lesson-{number}") for number in numbers] + [("08", programs / "lesson-12")]
        played = list(pool.map(lambda play_of: play(kit, *play_of), plays))
    for result in played:
        print(result.stdout, end="")
    if not numbers or any(result.returncode for result in played):
        sys.exit(1)


if __name__ == "__main__":
    main()
