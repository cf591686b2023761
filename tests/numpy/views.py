#!/usr/bin/env python3
"""Does with NumPy what each line of a file did with pinion's views, and compares place, shape, strides and overlap.

usage: tests/numpy/views.py FILE  (written by tests/shm/numpy_views_test.cpp)
"""
import collections
import json
import sys

import numpy as np

BASE = np.arange(1000, dtype=np.int16)
counts = collections.Counter()


def place_of(x):
    return x.__array_interface__["data"][0]


def after(x, name, *rest):
    """The array after one operation; an AssertionError where pinion refused what NumPy does, or the other way."""
    counts[name] += 1
    if name == "begin":
        first, count, shape = rest
        return BASE[first:first + count].reshape(shape)
    if name == "slice":
        axis, start, stop, step = rest
        # Before the first element is None to NumPy: -1 would count from the end.
        part = slice(start, stop if stop >= 0 else None, step) if start >= 0 else slice(0, 0)
        return x[(slice(None),) * axis + (part,)]
    if name == "transpose":
        return x.transpose(rest[0])
    if name == "reshape":
        shape, done = rest
        looked_at = x.view()
        try:
            looked_at.shape = shape
        except AttributeError:
            assert not done, "reshape was done, NumPy says that it needs a copy"
            counts["reshape refused"] += 1
            return x
        assert done, "reshape was refused, NumPy does it without a copy"
        return looked_at
    if name == "broadcast":
        return np.broadcast_to(x, rest[0])
    if name == "squeeze":
        return x.squeeze()
    if name == "unsqueeze":
        return np.expand_dims(x, rest[0])
    assert name == "row", name
    return x[rest[0]] if x.ndim > 1 else x[rest[0]:rest[0] + 1].reshape(())


def check(case, last):
    x = BASE
    for operation in case["ops"]:
        x = after(x, *operation)
    assert list(x.shape) == case["shape"], f"shape {x.shape}"
    if x.size:
        assert (place_of(x) - place_of(BASE)) // 2 == case["at"], f"place {place_of(x) - place_of(BASE)} bytes"
        # The stride of an axis of one element is nobody's business.
        for extent, ours, theirs in zip(x.shape, case["strides"], x.strides):
            assert extent == 1 or ours * 2 == theirs, f"strides {x.strides} bytes"
    if last is not None:
        meets = np.shares_memory(x, last)
        assert case["meets_last"] == meets, f"shares_memory with the one before: {meets}"
        counts["meet" if meets else "do not meet"] += 1
    return x


def main(path):
    last, faults = None, 0
    with open(path, encoding="ascii") as lines:
        for number, line in enumerate(lines, 1):
            case = json.loads(line)
            try:
                last = check(case, last)
            except AssertionError as fault:
                faults += 1
                last = None
                if faults <= 5:
                    print(f"case {number}: NumPy has it otherwise: {fault}\n  {line}", end="", file=sys.stderr)
    few = [kind for kind in ("slice", "transpose", "reshape", "reshape refused", "broadcast", "squeeze", "unsqueeze",
                             "row", "meet", "do not meet") if counts[kind] < 100]
    if few:
        print(f"too few cases of: {', '.join(few)}; {dict(counts)}", file=sys.stderr)
    return 1 if faults or few else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
