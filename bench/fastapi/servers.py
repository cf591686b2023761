"""The two servers that compare.py asks, each in processes of its own. A server is a context: it answers when it is
entered, and it has ended, with all that it started, when it is left."""
import contextlib
import http.client
import importlib.metadata
import importlib.util
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import sys
import time

HOST = "127.0.0.1"
START_SECONDS = 30
END_SECONDS = 10
ANSWER_SECONDS = 60
NEEDED = ("fastapi", "uvicorn")


class Failure(Exception):
    """Ends the program, with this line."""


def connect(port):
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)
    connection.connect()
    return connection


def ask(connection, method, path, body=None):
    """Sends, and does not wait; answer() does."""
    connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})


def answer(connection):
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise Failure(f"port {connection.port} answered {response.status}: {body[:200].decode(errors='replace')}")
    return body


class Server:
    """Its processes are a group of their own: Ctrl-C is left to us, and whoever does not end with it is killed."""

    def __init__(self, command, output=subprocess.DEVNULL):
        self.command = command
        self.output = output
        self.port = 0

    def __enter__(self):
        try:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.output,
                                            start_new_session=True)
        except OSError as why:
            raise Failure(f"cannot start {self.command[0]}: {why.strerror}") from None
        try:
            self.wait_until_it_answers(time.monotonic() + START_SECONDS)
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        finally:
            if self.process.stdout:
                self.process.stdout.close()

    def check_that_it_runs(self):
        if self.process.poll() is not None:
            raise Failure(f"{self.title} ended before it answered, with code {self.process.returncode}")

    def wait_until_it_answers(self, until):
        while True:
            self.check_that_it_runs()
            with contextlib.suppress(OSError), contextlib.closing(connect(self.port)) as connection:
                ask(connection, "GET", "/ping")
                answer(connection)
                return
            if time.monotonic() > until:
                raise Failure(f"{self.title} did not answer within {START_SECONDS} s")
            time.sleep(0.02)


class FastApi(Server):
    title = "FastAPI"

    def __init__(self):
        missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
        if missing:
            raise Failure(f"{sys.executable} has no {' and no '.join(missing)}; install python3-fastapi and uvicorn, or "
                          "ask pinion alone: --ways pinion")
        super().__init__([sys.executable, "-B", "-m", "uvicorn", "--app-dir", str(pathlib.Path(__file__).parent),
                          "--host", HOST, "--log-level", "critical", "--no-access-log"])

    def __enter__(self):
        with socket.create_server((HOST, 0)) as free:
            self.port = free.getsockname()[1]
        self.command += ["--port", str(self.port), "app:app"]
        return super().__enter__()

    @staticmethod
    def about():
        versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in NEEDED)
        loop = "uvloop" if importlib.util.find_spec("uvloop") else "asyncio"
        parser = "httptools" if importlib.util.find_spec("httptools") else "h11"
        return f"{versions} with {loop} and {parser}, python {sys.version.split()[0]}"


class Pinion(Server):
    title = "pinion"

    def __init__(self, program, workers):
        super().__init__([program, "node", "--http", f"{HOST}:0", "--workers", str(workers), "--name",
                          f"compare-{os.getpid()}"], subprocess.PIPE)

    def wait_until_it_answers(self, until):
        said = b""
        while not (found := re.search(rb"HTTP at http://\S+:(\d+)\n", said)):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, until - time.monotonic()))
            if not ready:
                raise Failure(f"{self.title} did not say where it is within {START_SECONDS} s")
            more = os.read(self.process.stdout.fileno(), 4096)
            if not more:
                self.process.wait(END_SECONDS)
                self.check_that_it_runs()
            said += more
        self.port = int(found[1])
        super().wait_until_it_answers(until)
