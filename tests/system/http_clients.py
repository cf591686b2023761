"""python3-requests against a node that serves HTTP at a port of this machine: `calls PORT`, `problems PORT`,
`times PORT`, `overload PORT FILE`, `sizes PORT LIMIT`, `crowd PORT`, `surplus PORT`, `token PORT TOKEN`. Ends with 1
and says what is wrong, if anything is.

The kernels are those of http_clients_test.cpp.
"""

import json
import pathlib
import sys
import threading
import time

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.util.retry import Retry

PATIENCE = 60  # seconds, after which only a fault can be why nothing comes

connected = []  # once for each connection of this process: a session begins a new one without a word
HTTPConnection.connect = lambda self, plain=HTTPConnection.connect: (connected.append(self.port), plain(self))[1]


class Client(requests.Session):
    """A session with one node, which no proxy of the environment stands before."""

    def __init__(self, port):
        super().__init__()
        self.trust_env = False
        self.at = f"http://127.0.0.1:{port}"

    def request(self, method, path, **how):
        how.setdefault("timeout", PATIENCE)
        return super().request(method, self.at + path, **how)

    def run(self, kernel, *arguments, **how):
        return self.post(f"/v1/kernels/{kernel}", json={"args": arguments}, **how)

    def result(self, kernel, *arguments):
        answer = self.run(kernel, *arguments)
        answer.raise_for_status()
        return answer.json()["result"]

    def status(self):
        return self.get("/v1/status").json()


def same(what, got, expected):
    if got != expected:
        raise AssertionError(f"{what}: {got!r}, where {expected!r} should be")


def problem(answer, status, part, code=None):
    """The answer is that problem (RFC 9457), and says this part of what to do."""
    same("status", answer.status_code, status)
    same("Content-Type", answer.headers["Content-Type"], "application/problem+json")
    what = answer.json()
    same("status in the body", what["status"], status)
    same("title", what["title"], answer.reason)
    same("type", what["type"], "about:blank")
    same("code", what.get("code"), code)
    if part not in what["detail"]:
        raise AssertionError(f"no {part!r} in {what['detail']!r}")
    try:
        answer.raise_for_status()
    except requests.HTTPError:
        return what
    raise AssertionError(f"requests takes {status} for no error")


def eventually(what, so):
    until = time.monotonic() + PATIENCE
    while not so():
        if time.monotonic() > until:
            raise AssertionError(f"never: {what}")
        time.sleep(0.001)


def in_pieces(data, size):
    for at in range(0, len(data), size):
        yield data[at : at + size]


JSON = {"Content-Type": "application/json"}


def calls(port):
    with Client(port) as node:
        same("ping", node.get("/ping").text, "pong\n")
        for i in range(50):
            same("sum", node.result("clients.add", i, 1), i + 1)
        same("greeting", node.result("clients.greet", "wörld €"), "hello wörld €")
        same("long greeting", node.result("clients.greet", "€" * 100_000), "hello " + "€" * 100_000)
        for size in (1, 7, 1000):  # a generator has no length: requests sends it in chunks
            body = json.dumps({"args": [size, 40]}).encode()
            answer = node.post("/v1/kernels/clients.add", data=in_pieces(body, size), headers=JSON)
            same("sent in chunks", answer.request.headers["Transfer-Encoding"], "chunked")
            same("sum in chunks", answer.json()["result"], size + 40)
        head = node.head("/ping")
        same("HEAD", (head.status_code, head.headers["Content-Length"], head.text), (200, "5", ""))
        names = [each["name"] for each in node.get("/v1/kernels").json()]
        same("clients.add among the kernels", "clients.add" in names, True)
        same("workers", len(node.status()["workers"]), 2)
        same("connections", len(connected), 1)


def problems(port):
    with Client(port) as node:
        problem(node.run("clients.ad", 1, 2), 404, "clients.add", "unknown_kernel")
        problem(node.run("clients.add", 1), 422, "clients.add", "bad_arguments")
        problem(node.run("clients.add", 1, "x"), 422, "argument 2", "bad_arguments")
        problem(node.run("clients.add", 1, None), 422, "argument 2")
        what = problem(node.run("clients.throw", "no such file"), 500, "no such file", "kernel_failed")
        same("exception", what["exception"], "std::runtime_error")
        add = "/v1/kernels/clients.add"
        problem(node.post(add, data=b'{"args', headers=JSON), 400, "JSON")
        problem(node.post(add, data=in_pieces(b'{"args', 2), headers=JSON), 400, "JSON")
        problem(node.post(add, data={"args": 1}), 415, "application/json")
        wrong_method = node.get(add)
        problem(wrong_method, 405, "POST")
        same("Allow", wrong_method.headers["Allow"], "OPTIONS, POST")
        problem(node.run("clients.add", 1, 2, headers={"Pinion-Timeout": "soon"}), 400, "Pinion-Timeout")
        # None of them is a reason to hang up.
        same("sum", node.result("clients.add", 40, 2), 42)
        same("connections", len(connected), 1)
        problem(node.get("/nowhere"), 404, "openapi")


def times(port):
    with Client(port) as node:
        late = node.run("clients.hold_for_ever", headers={"Pinion-Timeout": "500ms"})
        problem(late, 504, "clients.hold_for_ever: not done within", "deadline_passed")
        same("sum", node.result("clients.add", 40, 2), 42)
        same("connections", len(connected), 1)
        # One that does not wait itself: it hangs up, and its task is withdrawn.
        try:
            node.run("clients.hold_for_ever", timeout=0.2)
            raise AssertionError("a kernel that never ends has answered")
        except requests.exceptions.ReadTimeout:
            pass
        eventually("the task is withdrawn", lambda: node.status()["withdrawn"] == 1)
        same("sum", node.result("clients.add", 1, 2), 3)
        same("worker deaths", [each["restarts"] for each in node.status()["workers"]], [0])


def overload(port, file):
    """The node has one worker and a queue for one task."""
    file = pathlib.Path(file)
    heard = []

    class Obliging(Retry):
        """Makes place when it is told when to come again, and comes then, without the wait."""

        def sleep_for_retry(self, response=None):
            heard.append(self.get_retry_after(response))
            file.touch()
            eventually("there is place", lambda: not busy())
            return True

    with Client(port) as asks, Client(port) as node:

        def busy():
            now = asks.status()
            return now["queued"] + now["sent"]

        def hold():
            with Client(port) as one:
                held.append(one.result("clients.hold", str(file)))

        held = []
        threads = [threading.Thread(target=hold) for _ in range(2)]
        for i, each in enumerate(threads):
            each.start()
            eventually("it holds the place", lambda: busy() == i + 1)
        refused = node.run("clients.add", 40, 2)
        problem(refused, 503, "queue", "overloaded")
        same("Retry-After is whole seconds", int(refused.headers["Retry-After"]) >= 1, True)
        retry = Obliging(total=1, status_forcelist=[503], allowed_methods=None)
        node.mount("http://", HTTPAdapter(max_retries=retry))
        same("sum", node.result("clients.add", 40, 2), 42)
        same("Retry-After, as urllib3 reads it", heard, [int(refused.headers["Retry-After"])])
        for each in threads:
            each.join()
        same("those who held the place", held, [1, 1])


def sizes(port, limit):
    limit = int(limit)
    head = b'{"args": ["'
    tail = b'"]}'
    greet = "/v1/kernels/clients.greet"

    def body(size):
        return head + b"x" * (size - len(head) - len(tail)) + tail

    with Client(port) as node:
        for send in (lambda data: data, lambda data: in_pieces(data, 10_000)):
            fits = node.post(greet, data=send(body(limit)), headers=JSON)
            same("status of one that fits", fits.status_code, 200)
            large = node.post(greet, data=send(body(limit + 1)), headers=JSON)
            problem(large, 413, "--http-body")
            same("Connection", large.headers["Connection"], "close")
            problem(node.post(greet, data=send(body(4 * limit)), headers=JSON), 413, "--http-body")
        same("ping", node.get("/ping").text, "pong\n")


def at_once(count, work):
    """In so many threads, which begin together; gives what was wrong in them."""
    begin = threading.Barrier(count)
    wrong = []

    def one(number):
        try:
            begin.wait(PATIENCE)
            work(number)
        except Exception as why:  # a thread's own end would go unheard
            wrong.append(f"thread {number}: {why!r}")

    threads = [threading.Thread(target=one, args=(i,)) for i in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    same("wrong", wrong, [])


def crowd(port):
    def work(number):
        with Client(port) as node:
            for i in range(25):
                same("sum", node.result("clients.add", number * 1000, i), number * 1000 + i)
                same("greeting", node.result("clients.greet", f"{number}.{i}"), f"hello {number}.{i}")

    at_once(20, work)
    same("connections", len(connected), 20)
    with Client(port) as node:
        now = node.status()
        same("done, failed, waiting", (now["done"], now["failed"], now["queued"] + now["sent"]), (1000, 0, 0))


def surplus(port):
    """All connections that the node lets in are taken."""

    def work(_):
        with Client(port) as node:
            for _ in range(10):
                refused = node.get("/ping")
                problem(refused, 503, "connections")
                same("Retry-After", refused.headers["Retry-After"], "1")
            large = node.post("/v1/kernels/clients.greet", data=b" " * 4_000_000, headers=JSON)
            problem(large, 503, "connections")

    at_once(10, work)


def token(port, word):
    with Client(port) as node:
        for headers in ({}, {"Authorization": "Bearer"}, {"Authorization": "Bearer " + word[:-1]}):
            refused = node.run("clients.add", 40, 2, headers=headers)
            problem(refused, 401, "token")
            wanted = 'Bearer error="invalid_token"' if headers else "Bearer"
            same("WWW-Authenticate", refused.headers["WWW-Authenticate"], wanted)
        problem(node.get("/nowhere"), 401, "token")
        problem(node.get("/ping", auth=("user", word)), 401, "token")
        node.headers["Authorization"] = "Bearer " + word
        same("sum", node.result("clients.add", 40, 2), 42)
        same("ping", node.get("/ping").text, "pong\n")
        same("done", node.status()["done"], 1)


if __name__ == "__main__":
    verbs = {each.__name__: each for each in (calls, problems, times, overload, sizes, crowd, surplus, token)}
    try:
        verbs[sys.argv[1]](*sys.argv[2:])
    except AssertionError as why:
        sys.exit(f"http_clients.py {sys.argv[1]}: {why}")
