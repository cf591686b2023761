"""Opens a node's page in a headless browser and prints, as JSON, what it shows once it is live.

    http_page.py URL [--token T] [--watch-done N] [--screenshot FILE] [--width PIXELS] [--dark]

Exit code 0: live data were shown, and the browser had nothing to complain of. 1: not within 30 s, or it had ("errors" tells what).
77: no browser is installed. Whatever happens, no process of the browser stays, and no file.
"""

import argparse
import base64
import ctypes
import fcntl
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

PATIENCE = 30
ENDS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)

# Answers when the page is live and has counted far enough; gives the token to a page that asks for one, once.
WATCH = """
new Promise((resolve, reject) => {
  const token = %s, least = %d;
  let given = false;
  const text = what => document.querySelector(what)?.textContent ?? null;
  const number = what => {
    const value = document.querySelector(what)?.dataset.value;
    return value ? Number(value) : null;
  };
  const look = () => {
    const door = document.querySelector("#door");
    if (door && !door.hidden && document.querySelector("#state").dataset.state === "locked") {
      if (token === null || given)
        return reject(new Error(text("#door-text")));
      given = true;
      document.querySelector("#token").value = token;
      return door.requestSubmit();
    }
    window.seen = {
      title: document.title, node: text("#node"), state: text("#state"), detail: text("#detail"),
      workers: document.querySelectorAll("#workers tbody tr[data-slot]").length,
      queued: number("#queued"), done: number("#done"), shm_used: number("#shm-used"),
    };
    if (document.body?.dataset.live !== "yes" || !(seen.done >= least))
      return;
    watch.disconnect();
    resolve(seen);
  };
  const watch = new MutationObserver(look);
  watch.observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
  look();
})
"""


class Failure(Exception):
    """Something that ends the check, in one line."""


class Browser:
    """A browser that is spoken to through two pipes, which are its descriptors 3 and 4."""

    def __init__(self, program, home, host):
        self.errors = []
        self.rest = b""
        self.number = 0
        commands, self.commands = high_pipe()
        self.messages, messages = high_pipe()
        # Without a name to look up but the node's, it speaks to nobody else.
        flags = ["--headless", "--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                 "--no-proxy-server", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                 "--disable-extensions", "--disable-breakpad", "--hide-scrollbars", "--remote-debugging-pipe",
                 f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {host}", f"--user-data-dir={home}/profile", "about:blank"]
        places = {key: str(home) for key in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME",
                                             "XDG_STATE_HOME", "XDG_RUNTIME_DIR")}
        low = os.open(home / "log", os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC)
        self.log = os.fdopen(fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 10), "w+b")  # clear of 3 and 4 as well
        os.close(low)
        os.dup2(commands, 3)
        os.dup2(messages, 4)
        self.process = subprocess.Popen([program, *flags], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        env={**os.environ, **places, "DBUS_SESSION_BUS_ADDRESS": "disabled:"},
                                        pass_fds=(3, 4), start_new_session=True)
        for each in (commands, messages, 3, 4):
            os.close(each)

    def call(self, method, deadline, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        try:
            os.write(self.commands, json.dumps(message).encode() + b"\0")
        except BrokenPipeError:
            raise Failure(self.gone()) from None
        while True:
            answer = self.next(deadline, method)
            if answer.get("id") == self.number:
                break
            self.note(answer)
        if "error" in answer:
            raise Failure(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def next(self, deadline, what):
        while b"\0" not in self.rest:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.messages], [], [], left)[0]:
                raise TimeoutError(what)
            more = os.read(self.messages, 1 << 20)
            if not more:
                raise Failure(self.gone())
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def gone(self):
        self.log.seek(0)
        lines = self.log.read().decode(errors="replace").strip().splitlines()
        return "the browser ended: " + (lines[-1] if lines else "it said nothing")

    def note(self, event):
        """Keeps what the page did wrong; violations of its policy come as entries of the log."""
        what, method = event.get("params", {}), event.get("method")
        if method == "Log.entryAdded" and what["entry"]["level"] == "error":
            self.errors.append(f"{what['entry']['text']} ({what['entry'].get('url', 'no address')})")
        elif method == "Runtime.exceptionThrown":
            details = what["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled" and what["type"] in ("error", "assert"):
            self.errors.append(" ".join(str(each.get("value", each.get("description"))) for each in what["args"]))
        elif method == "Page.javascriptDialogOpening":
            self.errors.append(f"a dialog opened: {what['message']}")
            raise Failure(self.errors[-1])


def high_pipe():
    """A pipe whose ends are clear of the numbers that the browser wants."""
    ends = []
    for low in os.pipe():
        ends.append(fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 10))
        os.close(low)
    return ends


def children():
    """Processes of ours, those included whose parents have ended (see PR_SET_CHILD_SUBREAPER)."""
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            yield int(stat.parent.name)


def end_children():
    """A child cannot become another process before it is waited for, so that its number is safe to kill."""
    while mine := list(children()):
        for each in mine:
            os.kill(each, signal.SIGKILL)
        for each in mine:
            os.waitpid(each, 0)


def look(browser, arguments):
    deadline = time.monotonic() + PATIENCE

    def say(method, **parameters):
        return browser.call(method, deadline, session, **parameters)

    session = None
    target = say("Target.createTarget", url="about:blank")["targetId"]
    session = say("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Log"):
        say(domain + ".enable")
    say("Emulation.setDeviceMetricsOverride", width=arguments.width, height=900, deviceScaleFactor=1, mobile=arguments.width < 600)
    say("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if arguments.dark else "light"}])
    deadline = time.monotonic() + PATIENCE
    if problem := say("Page.navigate", url=arguments.url).get("errorText"):
        raise Failure(f"{arguments.url}: {problem}")
    try:
        result = say("Runtime.evaluate", expression=WATCH % (json.dumps(arguments.token), arguments.watch_done), awaitPromise=True,
                     returnByValue=True)
    except TimeoutError:
        deadline = time.monotonic() + 5
        seen = say("Runtime.evaluate", expression="window.seen", returnByValue=True)["result"].get("value")
        raise Failure(f"after {PATIENCE} s the page shows {json.dumps(seen)}") from None
    finally:
        if arguments.screenshot:
            deadline = time.monotonic() + PATIENCE
            image = say("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=whole_page(say))
            arguments.screenshot.write_bytes(base64.b64decode(image["data"]))
    if "exceptionDetails" in result:
        raise Failure(result["exceptionDetails"].get("exception", {}).get("description", "?").splitlines()[0])
    seen = result["result"]["value"]
    return {key: seen[key] for key in ("title", "node", "workers", "queued", "done", "shm_used")}


def whole_page(say):
    size = say("Page.getLayoutMetrics")["cssContentSize"]
    return {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}


def main():
    parser = argparse.ArgumentParser(description="Check a node's page in a headless browser")
    parser.add_argument("url")
    parser.add_argument("--token", help="given to the page when it asks for one")
    parser.add_argument("--watch-done", type=int, default=0, metavar="N", help="wait until it shows N tasks done")
    parser.add_argument("--screenshot", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--width", type=int, default=1400, metavar="PIXELS")
    parser.add_argument("--dark", action="store_true")
    arguments = parser.parse_args()
    program = shutil.which("chromium")
    if not program:
        print("chromium is not installed")
        return 77
    for each in ENDS:
        signal.signal(each, lambda number, frame: sys.exit(128 + number))
    set_child_subreaper = 36
    ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    home = pathlib.Path(tempfile.mkdtemp(prefix="pinion_page."))
    errors = []
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
        browser = Browser(program, home, urllib.parse.urlsplit(arguments.url).hostname)
        errors = browser.errors
        seen = look(browser, arguments)
    except (Failure, TimeoutError) as problem:
        print(f"http_page: {problem or 'no answer'}", *errors, sep="\n  ", file=sys.stderr)
        return 1
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
        end_children()
        shutil.rmtree(home, ignore_errors=True)
    # That a token was asked for is what the caller expected.
    errors = [each for each in errors if not (arguments.token and "401" in each and "/v1/events" in each)]
    print(json.dumps({**seen, "errors": errors}))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
