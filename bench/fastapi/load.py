"""What is asked of the servers: a burst of requests that compute, and pings all the while. One clock: perf_counter()."""
import contextlib
import dataclasses
import json
import math
import threading
import time

from servers import Failure, answer, ask, connect

GROWTH = 1.618  # of the work of fib, by each next n


@dataclasses.dataclass(frozen=True)
class Way:
    """A way to have fib computed by a request: who is asked, and how."""
    name: str
    title: str
    of_pinion: bool = False

    def ask(self, connection, n):
        if self.of_pinion:
            ask(connection, "POST", "/v1/kernels/fib", json.dumps({"args": [n]}))
        else:
            ask(connection, "GET", f"/{self.name}/{n}")

    def answer(self, connection, n):
        """Seconds of processor time that it took."""
        said = json.loads(answer(connection))
        if said["result"] != fib(n):
            raise Failure(f"{self.title}: fib({n}) is not {said['result']}")
        return said["stamps"]["cpu_ns"] * 1e-9 if self.of_pinion else said["cpu_s"]


WAYS = (Way("inline", "FastAPI, inline in the loop"),
        Way("threads", "FastAPI, in its threads"),
        Way("pool-wait", "FastAPI, process pool, waits"),
        Way("pool-await", "FastAPI, process pool, awaits"),
        Way("pinion", "pinion", of_pinion=True))


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def sized(port, way, seconds):
    """The n whose fib takes about that long there."""
    with contextlib.closing(connect(port)) as connection:
        def once(n):
            way.ask(connection, n)
            return way.answer(connection, n)
        for n in range(15, 60):
            took = min(once(n) for _ in range(3))
            if took > seconds / 20:
                return n + round(math.log(seconds / took, GROWTH))
    raise Failure(f"{way.title}: the processor time in its answers cannot be right")


@dataclasses.dataclass
class Ping:
    planned: float
    took: float  # from when it was planned: who comes late was kept waiting

    @property
    def answered(self):
        return self.planned + self.took


class Pinger:
    """Pings on a connection of its own, from a thread of its own, at times planned beforehand: where an answer is late,
    the pings planned meanwhile follow at once, and are late as well."""

    def __init__(self, port, every):
        self.every = every
        self.until = math.inf
        self.pings = []
        self.failure = None
        self.connection = connect(port)
        self.ping()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def ping(self):
        ask(self.connection, "GET", "/ping")
        answer(self.connection)

    def run(self):
        try:
            planned = time.perf_counter()
            while planned < self.until:
                time.sleep(max(0.0, planned - time.perf_counter()))
                self.ping()
                self.pings.append(Ping(planned, time.perf_counter() - planned))
                planned += self.every
        except Exception as why:
            self.failure = why

    def finish(self):
        self.until = time.perf_counter()
        self.thread.join()
        self.connection.close()
        if self.failure:
            raise self.failure
        return self.pings


@dataclasses.dataclass
class Burst:
    """What one burst came to. Times of pings are relative to its begin."""
    total: float
    processor: float
    pings: list

    def idle(self):
        return [each.took for each in self.pings if each.answered < 0]

    def busy(self):
        """Also the one that was under way when the burst began."""
        return [each.took for each in self.pings if each.answered >= 0 and each.planned <= self.total]

    def longest_gap(self):
        """Between two answers to pings."""
        times = [each.answered for each in self.pings]
        return max((b - a for a, b in zip(times, times[1:]) if b >= 0 and a <= self.total), default=0.0)


def play(port, way, requests, n, pace, around):
    """A burst: all its requests are sent before any answer is read. Pings begin `around` seconds before it, and go on
    for half as long behind it."""
    with contextlib.ExitStack() as closing:
        connections = [closing.enter_context(contextlib.closing(connect(port))) for _ in range(requests)]
        pinger = Pinger(port, pace)
        time.sleep(around)
        begin = time.perf_counter()
        for each in connections:
            way.ask(each, n)
        processor = sum(way.answer(each, n) for each in connections)
        total = time.perf_counter() - begin
        time.sleep(around / 2)
        pings = [Ping(each.planned - begin, each.took) for each in pinger.finish()]
    return Burst(total, processor, pings)
