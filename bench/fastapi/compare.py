#!/usr/bin/python3
"""The same load on FastAPI and on pinion: 20 requests that compute, all at once, while a ping goes every 20 ms."""
import argparse
import contextlib
import http.client
import json
import math
import os
import pathlib
import signal
import statistics
import sys

import picture
from load import WAYS, play, sized
from servers import Failure, FastApi, Pinion

WORKERS = 2
FAILED = 1
USAGE = 2

EXAMPLES = """examples:
  compare.py build/release/bin/pinion                          a table, after half a minute
  compare.py build/release/bin/pinion --svg four_ways.svg      and a picture
  compare.py build/release/bin/pinion --ways pool-await,pinion --repeats 1 --json

The floor is the processor time that all requests used, divided by the processors. A ping is planned every 20 ms, and its
time counts from then. Exit code 1 when something failed, 2 for wrong usage."""


class Arguments(argparse.ArgumentParser):
    def error(self, message):
        complain(f"{message}; see --help", USAGE)


def complain(text, code):
    print(f"compare.py: {text}", file=sys.stderr)
    sys.exit(code)


def count(most):
    def read(text):
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"'{text}' should be a number from 1 to {most}")
        return int(text)
    return read


def some_ways(text):
    names = [each.name for each in WAYS]
    wanted = text.split(",")
    for each in wanted:
        if each not in names:
            raise argparse.ArgumentTypeError(f"no way '{each}'; there are {', '.join(names)}")
    return [each for each in WAYS if each.name in wanted]


def arguments():
    parser = Arguments(prog="compare.py", description=__doc__, epilog=EXAMPLES,
                       formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", metavar="PINION", help="the program pinion")
    parser.add_argument("--ways", type=some_ways, default=list(WAYS), metavar="NAMES",
                        help="with commas: " + ", ".join(each.name for each in WAYS))
    parser.add_argument("--requests", type=count(500), default=20, metavar="N", help="at once (20)")
    parser.add_argument("--repeats", type=count(100), default=3, metavar="N", help="of all ways, in turn (3)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table; times in seconds")
    parser.add_argument("--svg", type=pathlib.Path, metavar="FILE", help="draw the pings of each way into this file")
    parser.add_argument("--quick", action="store_true",
                        help="2 small requests, once: shows that everything runs, measures nothing")
    chosen = parser.parse_args()
    if not os.access(chosen.program, os.X_OK):
        parser.error(f"'{chosen.program}' is no program; ./dev build makes build/release/bin/pinion")
    if chosen.svg and not chosen.svg.parent.is_dir():
        parser.error(f"there is no folder '{chosen.svg.parent}' for the picture")
    chosen.program = os.path.abspath(chosen.program)
    chosen.seconds, chosen.pace, chosen.around = 0.1, 0.02, 0.5
    if chosen.quick:
        chosen.requests, chosen.repeats = 2, 1
        chosen.seconds, chosen.pace, chosen.around = 0.005, 0.005, 0.05
    return chosen


class Played:
    """All bursts of one way."""

    def __init__(self, way, n):
        self.way = way
        self.n = n
        self.bursts = []

    def total(self):
        return statistics.median(each.total for each in self.bursts)

    def processor(self):
        return statistics.median(each.processor for each in self.bursts)

    def typical(self):
        """The burst that took the median time."""
        return sorted(self.bursts, key=lambda each: each.total)[len(self.bursts) // 2]

    def idle(self):
        return sorted(took for each in self.bursts for took in each.idle())

    def busy(self):
        return sorted(took for each in self.bursts for took in each.busy())

    def gap(self):
        return max(each.longest_gap() for each in self.bursts)


def percentile(times, share):
    """Of sorted times: one that was measured."""
    return times[max(0, math.ceil(share * len(times)) - 1)] if times else math.nan


def pings(times):
    return {"count": len(times), "p50_s": percentile(times, 0.5), "p99_s": percentile(times, 0.99),
            "max_s": percentile(times, 1)}


def measure(chosen):
    """Way by way, and all of them again: whatever the machine does meanwhile hits all alike."""
    with contextlib.ExitStack() as running:
        ports = {}
        if any(not each.of_pinion for each in chosen.ways):
            ports[False] = running.enter_context(FastApi()).port
        if any(each.of_pinion for each in chosen.ways):
            ports[True] = running.enter_context(Pinion(chosen.program, WORKERS)).port
        # One n a server: its ways run the same code.
        pool = next(each for each in WAYS if each.name == "pool-await")
        pinion = next(each for each in WAYS if each.of_pinion)
        numbers = {side: sized(port, pinion if side else pool, chosen.seconds) for side, port in ports.items()}
        played = [Played(each, numbers[each.of_pinion]) for each in chosen.ways]
        for _ in range(chosen.repeats):
            for each in played:
                each.bursts.append(play(ports[each.way.of_pinion], each.way, chosen.requests, each.n, chosen.pace,
                                        chosen.around))
        return played


def milliseconds(seconds):
    value = seconds * 1000
    return f"{value:.0f} ms" if value >= 99.5 else f"{value:.3g} ms"


def row(each, processors):
    idle, busy = pings(each.idle()), pings(each.busy())
    floor = each.processor() / processors
    return [each.way.title, str(each.n), f"{each.total():.2f} s", f"{each.processor():.2f} s", f"{floor:.2f} s",
            f"{each.total() / floor:.2f}x", milliseconds(idle["p99_s"]), milliseconds(busy["p50_s"]),
            milliseconds(busy["p99_s"]), milliseconds(busy["max_s"]), milliseconds(each.gap())]


HEADER = ["", "n", "total", "processor", "floor", "total/floor", "idle p99", "p50", "p99", "max", "longest gap"]


def print_table(played, chosen, processors):
    rows = [HEADER] + [row(each, processors) for each in played]
    widths = [max(len(cells[i]) for cells in rows) for i in range(len(HEADER))]
    print(f"{chosen.requests} requests of fib(n) at once, {WORKERS} workers, {processors} processors; p50, p99, max and "
          "longest gap are of pings meanwhile")
    if any(not each.way.of_pinion for each in played):
        print(FastApi.about())
    print()
    for cells in rows:
        print("  ".join([cells[0].ljust(widths[0])] + [c.rjust(w) for c, w in zip(cells[1:], widths[1:])]).rstrip())


def as_json(played, chosen, processors):
    return {"requests": chosen.requests, "workers": WORKERS, "processors": processors, "quick": chosen.quick,
            "fastapi": None if all(each.way.of_pinion for each in played) else FastApi.about(),
            "ways": [{"way": each.way.name, "title": each.way.title, "n": each.n,
                      "total_s": [burst.total for burst in each.bursts],
                      "processor_s": [burst.processor for burst in each.bursts],
                      "idle": pings(each.idle()), "busy": pings(each.busy()), "longest_gap_s": each.gap()}
                     for each in played]}


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    chosen = arguments()
    processors = min(WORKERS, len(os.sched_getaffinity(0)))
    try:
        played = measure(chosen)
        if chosen.svg:
            chosen.svg.write_text(picture.draw([(each.way.title, each.typical()) for each in played], chosen.requests),
                                  encoding="utf-8")
    except Failure as why:
        complain(why, FAILED)
    except (OSError, http.client.HTTPException) as why:
        complain(str(why) or type(why).__name__, FAILED)
    if chosen.json:
        print(json.dumps(as_json(played, chosen, processors), indent=2))
    else:
        print_table(played, chosen, processors)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
