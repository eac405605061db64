#!/usr/bin/env python3
"""Plays the requests of a lesson's Python original against a server, and compares with the answers that the
original gave (golden/).

    compare.py NN http://127.0.0.1:PORT      a running, freshly started server
    compare.py NN 'command ...'              started here, with PORT in its environment
                                             (lesson 10: also SITE, the folder to serve)
options
    --held-out-only   report only the held-out requests (all are played: state matters)
    --visible-only    report only the others
    --wait SECONDS    for the command to answer (default 40)
    --known FILE      differences that the port has chosen and explains: lines of
                      NN <tab> id <tab> reason. At most 4 a lesson; a 5xx is never one;
                      a line that does not differ any more is an error
    -q                print only what differs, and the last line

Each request: same / on purpose / known / DIFFERS (what).  Last line: 'NN: X same, Y on
purpose, Z differ of N' (', K known' before 'of' where there are some).  Exit 0 iff Z is 0.
"""
import argparse
import json
import sys

import kit


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("number")
    parser.add_argument("target")
    parser.add_argument("--held-out-only", action="store_true")
    parser.add_argument("--visible-only", action="store_true")
    parser.add_argument("--wait", type=float, default=40)
    parser.add_argument("--known")
    parser.add_argument("-q", action="store_true")
    args = parser.parse_args()
    number, target = args.number.zfill(2), args.target
    args.reasons = reasons(args.known, number)
    lesson = kit.load_requests(number)
    golden = {a["id"]: a for a in json.loads(
        (kit.HERE / "golden" / f"{number}.json").read_text())["answers"]}
    address = kit.parse_target(target)
    if address:
        sys.exit(judge(number, lesson, golden, address, args))
    with kit.Server(target, number, args.wait) as address:
        code = judge(number, lesson, golden, address, args)
    sys.exit(code)


def reasons(path, number):
    """Request id -> reason, of this lesson's lines in FILE."""
    if not path:
        return {}
    rows = [line.rstrip("\n").split("\t") for line in open(path, encoding="utf-8")
            if line.strip() and not line.startswith("#")]
    for row in rows:
        if len(row) != 3 or not row[2].strip():
            sys.exit(f"{path}: a line is NN, id, reason, with tabs between, not {row}")
    found = {row[1]: row[2] for row in rows if row[0] == number}
    if len(found) > 4:
        sys.exit(f"{path}: {len(found)} differences of {number} are too many, 4 at most")
    return found


def judge(number, lesson, golden, address, args):
    player = kit.Player(*address)
    same = purpose = differ = known = 0
    for request in lesson["requests"]:
        held = bool(request.get("held_out"))
        seen, body, headers = player.play(request)
        if (args.held_out_only and not held) or (args.visible_only and held):
            continue
        seen = json.loads(json.dumps(seen).replace(
            f"{address[0]}:{address[1]}", "127.0.0.1:PORT"))
        original = golden[request["id"]]
        found = kit.differences(lesson, request, original, seen, address)
        expect = request.get("expect", "same")
        if expect == "same" or (expect == "may-differ" and not found):
            verdict = "DIFFERS" if found else "same"
        else:
            found = kit.port_faults(lesson, request, original, seen, body, headers, address,
                                    request.get("port"))
            verdict = "DIFFERS" if found else "on purpose"
        if "also" in request:                  # holds for the original and the port alike
            more = kit.port_faults(lesson, request, original, seen, body, headers, address,
                                   kit.fill(request["also"], player.saved))
            found, verdict = found + more, "DIFFERS" if more else verdict
        reason = args.reasons.get(request["id"])
        if reason and verdict != "DIFFERS":
            found, verdict = [f"listed as known, and does not differ: {reason}"], "DIFFERS"
        elif reason and not str(seen.get("status", "")).startswith("5"):
            found, verdict = [reason], "known"
        same += verdict == "same"
        known += verdict == "known"
        purpose += verdict == "on purpose"
        differ += verdict == "DIFFERS"
        why = "; ".join(found) if found else request.get("purpose", "") if verdict == "on purpose" else ""
        if verdict == "DIFFERS" and expect == "differs-on-purpose" and not reason:
            why = f"should differ on purpose ({request.get('purpose', '')}) but: {why}"
        if verdict == "DIFFERS" or not args.q:
            print(f"{number} {request['id']:<28} {verdict:<10} {why}".rstrip())
    total = same + purpose + differ + known
    print(f"{number}: {same} same, {purpose} on purpose, {differ} differ"
          + (f", {known} known" if known else "") + f" of {total}")
    return 1 if differ else 0


if __name__ == "__main__":
    main()
