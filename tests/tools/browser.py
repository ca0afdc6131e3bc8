"""Drives a real Chromium, as a person would: pages are opened, clicked, typed at, looked at.

    import browser
    with browser.Browser() as b:
        b.open("page.html")                      a file; relative ones start from the current folder
        b.click("th:nth-child(2)")               a selector, or (x, y) in the window
        b.type("input.search", "^rec")           clicks it and types
        b.press("ArrowDown", "Enter")            keys, to what has the focus
        b.js("return document.title")            -> the value, as JSON
        b.until("return rows() === 3")           waits for it; AssertionError after 10 seconds
        b.screenshot("page.png")
        b.dark(True)                             as if the system preferred dark colours
        b.errors()                               -> what the page complained about since asked last

Chromium is spoken to through chromedriver in the WebDriver protocol (https://www.w3.org/TR/webdriver2/), which is JSON over
HTTP. A page that loads anything from a network fails: there is none. `main` runs a test file's functions as TAP, and skips
where there is no browser; on CI that is a failure.
"""
import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import traceback
import urllib.error
import urllib.request

import sandbox

KEYS = {"Backspace": "\ue003", "Tab": "\ue004", "Enter": "\ue007", "Shift": "\ue008", "Escape": "\ue00c", "PageUp": "\ue00e",
        "PageDown": "\ue00f", "End": "\ue010", "Home": "\ue011", "ArrowLeft": "\ue012", "ArrowUp": "\ue013",
        "ArrowRight": "\ue014", "ArrowDown": "\ue015"}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the protocol's name for a reference
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--force-color-profile=srgb",
             "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]


def missing():
    """What is not installed, or ""."""
    return ", ".join(name for name in ("chromium", "chromedriver") if not shutil.which(name))


class Browser:
    """A window of its own, gone with all it wrote at the end of the `with`."""

    def __init__(self, width=1400, height=1000):
        self.size = width, height
        self.session = False
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __enter__(self):
        self.home = tempfile.mkdtemp(prefix="xdb-browser-")
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                       env={**os.environ, "HOME": self.home, "XDG_CONFIG_HOME": self.home})
        try:
            port = next(found[1] for line in self.driver.stdout if (found := re.search(r"successfully on port (\d+)", line)))
            self.url = f"http://127.0.0.1:{port}/session"
            chrome = {"binary": shutil.which("chromium"),
                      "args": ARGUMENTS + [f"--user-data-dir={self.home}/profile", "--window-size=%d,%d" % self.size]}
            answer = self.ask("POST", "", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:chromeOptions": chrome, "goog:loggingPrefs": {"browser": "ALL"}}}})
            self.url, self.session = self.url + "/" + answer["sessionId"], True
            self.tell("Emulation.setDeviceMetricsOverride", width=self.size[0], height=self.size[1], deviceScaleFactor=1, mobile=False)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.session:
            self.ask("DELETE", "")
        self.driver.terminate()
        self.driver.wait()
        self.driver.stdout.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def ask(self, method, path, body=None):
        """One command of the protocol; its value."""
        data = None if method in ("GET", "DELETE") else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as e:
            raise AssertionError(json.load(e)["value"]["message"].split("\n")[0]) from None

    def tell(self, command, **parameters):
        """One command of Chromium's own protocol."""
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, path):
        """Comes back when the page has drawn itself."""
        self.ask("POST", "/url", {"url": path if "://" in path else "file://" + os.path.abspath(path)})
        self.js("return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def js(self, text, *arguments):
        return self.ask("POST", "/execute/sync", {"script": text, "args": list(arguments)})

    def until(self, text, *arguments):
        end = time.monotonic() + 10
        while not (value := self.js(text, *arguments)):
            assert time.monotonic() < end, f"never came true: {text}"
            time.sleep(.02)  # the page is on its own
        return value

    def click_until(self, what, text):
        """A click that a busy browser may have lost is made again."""
        for _ in range(5):
            self.click(what)
            end = time.monotonic() + 3
            while time.monotonic() < end:
                if self.js(text):
                    return
                time.sleep(.02)
        raise AssertionError(f"no click made this true: {text}")

    def element(self, selector):
        return self.ask("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def pointer(self, x, y, *more):
        move = {"type": "pointerMove", "x": round(x), "y": round(y)}
        self.ask("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [move, *more]}]})

    def hover(self, x, y):
        self.pointer(x, y)

    def click(self, what):
        if isinstance(what, str):
            self.ask("POST", f"/element/{self.element(what)}/click")
        else:
            self.pointer(*what, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0})

    def type(self, selector, text):
        element = self.element(selector)
        self.ask("POST", f"/element/{element}/clear")
        if text:
            self.ask("POST", f"/element/{element}/value", {"text": text})

    def press(self, *keys):
        actions = [{"type": kind, "value": KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def dark(self, on):
        self.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if on else "light"}])

    def screenshot(self, path):
        with open(path, "wb") as f:
            f.write(base64.b64decode(self.ask("GET", "/screenshot")))

    def errors(self):
        return [entry["message"] for entry in self.ask("POST", "/se/log", {"type": "browser"}) if entry["level"] == "SEVERE"]


def main(tests):
    """Runs each test(browser) in an empty folder, in one window; prints TAP; the exit status."""
    if missing():
        if os.environ.get("CI") == "true":
            print(f"1..1\nnot ok 1 - there is {missing()}")
            return 1
        print(f"1..0 # SKIP {missing()} not installed")
        return 0
    print(f"1..{len(tests)}")
    failed = 0
    with sandbox.Home() as home:
        os.environ.update(sandbox.environment(home))
        os.chdir(home)
        with Browser() as window:
            for i, test in enumerate(tests, 1):
                complaint = ""
                try:
                    test(window)
                    assert not (errors := window.errors()), errors
                except (AssertionError, OSError, subprocess.CalledProcessError):
                    complaint = traceback.format_exc()
                failed += bool(complaint)
                print(f"{'not ok' if complaint else 'ok'} {i} - {test.__doc__ or test.__name__}", flush=True)
                for line in complaint.splitlines():
                    print("# " + line)
            os.chdir("/")
    return 1 if failed else 0
