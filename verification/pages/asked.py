"""Checks that the pages of `detente serve` work in a browser, and for their user alone.

    python -m verification.pages.asked DETENTE RUN FOLDER [--payloads N]

DETENTE is the command, RUN a finished run with options, which is copied. Chromium opens each page
at 1,200 and, dark, at 360 pixels, with script and without. A page may request nothing from
elsewhere, log no error and never scroll sideways, and axe-core may find no serious or critical
violation. A slider is moved, and its answer is refined; the same question without script gets the
same answer. 200 hostile requests are refused and use up no token. 202 hostile texts are entered in
every field of the pages without effect. Twenty tabs ask at once; then the server is killed, and the
next one reads what was played. Pictures of the pages are written into FOLDER for inspection. Status
1 if anything is wrong.

A check is a function of a `Bench` in `CHECKS`, which yields what is wrong.
"""

import argparse
import http.client
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from verification.pages.page import HEIGHT, WIDTHS, barriers, open_browser
from verification.pages.payloads import PAYLOADS

NUMBER = "actors.us.war_cost"
OTHER = "talks.fade_rate"
FIELD = f"#question [name='{NUMBER}']"
ANSWERED = "#answer summary:has-text('All outcomes in numbers')"
"""Part of an answer only; what a page shows without a question has other folds."""
QUESTION = urlencode({NUMBER: "0.2", OTHER: "0.002:0.004"})
PAGES = {
    "crisis": "/run/run/",
    "asked": f"/run/run/?{QUESTION}",
    "found": "/run/run/?find=mediator",
    "number": f"/run/run/number/{NUMBER}",
    "claims": "/run/run/claims",
    "futures": "/run/run/futures",
    "future": "/run/run/future/0/1?day=30",
    "beginnings": "/run/run/section/beginnings",
    "turning": "/run/run/section/turning",
    "options": "/run/run/section/options",
    "watching": "/run/run/section/watching",
    "resting": "/run/run/section/resting",
    "hypotheses": "/run/run/section/hypotheses",
    "runs": "/runs",
    "jobs": "/jobs",
}
"""The pages by the names of their pictures."""
MOST_BYTES = 30_000
"""A page of the crisis has no more [bytes]."""
TABS = 20
ASKED_BEFORE = 0.03
"""The value that the first of the tabs asks about, and again after a kill."""
PATIENCE = 120_000
"""How long an answer may take on a busy machine [ms]."""
WARMING = 1_800_000
"""How long the model may take to be compiled: a minute or two, on a busy machine many [ms]."""
HOSTS: tuple[str, ...] = (
    "",
    "evil.example",
    "evil.example:{port}",
    "127.0.0.1",
    "127.0.0.1:1",
    "[::1]:{port}",
)
HOSTS += ("localhost.evil.example:{port}", "127.0.0.1:{port}.evil.example", "0.0.0.0:{port}")
SITES = ("cross-site", "same-site", "none, cross-site", "Same-Origin", "NONE")
ORIGINS = ("", "null", "http://evil.example", "http://127.0.0.1:1", "https://127.0.0.1:{port}")
PATHS = ("/", "/open?token=guess", "/run/run/", "/jobs", "/static/page.js", "/apart/x.svg")
UP: tuple[str, ...] = (
    "/static/../app.py",
    "/static/..%2fapp.py",
    "/static/%2e%2e/%2e%2e/pyproject.toml",
)
UP += ("/static//etc/passwd", "/run/..%2f..%2fetc/", "/apart/..%2f..%2fapp.py", "/run/%00/")


class Server:
    """A `detente serve` of its own, until it is killed."""

    def __init__(self, detente: str, run: Path, port: int = 0) -> None:
        words = [detente, "serve", str(run), "--port", str(port), "--no-browser", "--quiet"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None  # noqa: S101  as it was asked for
        self.address = self.process.stdout.readline().strip()
        self.port = urlsplit(self.address).port or 0
        self.home = f"http://127.0.0.1:{self.port}"

    def end(self, number: int = signal.SIGTERM) -> None:
        """End it by a signal, if it has not ended."""
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(30)


@contextmanager
def serving(detente: str, run: Path) -> Iterator[Server]:
    """Yield a server that ends in any case."""
    server = Server(detente, run)
    try:
        yield server
    finally:
        server.end()


class Bench(NamedTuple):
    """What checks work with: a browser, the server, who is let in, the run, room for pictures."""

    browser: Browser
    server: Server
    known: BrowserContext
    run: Path
    pictures: Path
    payloads: int


class Watched:
    """What a page logs and asks for elsewhere."""

    def __init__(self, page: Page, home: str) -> None:
        self.faults: list[str] = []
        page.on("console", lambda one: self.faults.append(f"logs: {one.text[:200]}"))
        page.on("pageerror", lambda one: self.faults.append(f"fails: {str(one)[:200]}"))
        page.on("dialog", self._shown)
        page.on("request", lambda one: self._asked(one.url, home))

    def _shown(self, dialog: Dialog) -> None:
        self.faults.append("opens a dialog")
        dialog.dismiss()

    def _asked(self, url: str, home: str) -> None:
        if not url.startswith((f"{home}/", "data:")):
            self.faults.append(f"asks for {url[:100]}")


def main() -> int:
    """Check the pages and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("detente")
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--payloads", type=int, default=len(PAYLOADS), help="only so many, spread")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, open_browser() as browser:
        run = Path(place) / "run"
        shutil.copytree(asked.run, run)
        with serving(asked.detente, run) as server:
            faults = reported(hostile(server))
            with let_in(browser, server) as known:
                bench = Bench(browser, server, known, run, asked.folder, asked.payloads)
                warm(bench)
                faults += sum(reported(check(bench)) for check in CHECKS)
            faults += reported(killed(browser, server, asked.detente, run))
    print(f"{faults} faults. Look at the pictures in {asked.folder}.")
    return int(bool(faults))


def reported(faults: Iterator[str]) -> int:
    """Print faults as they are found, and return how many there are."""
    many = 0
    for fault in faults:
        print(f"FAULT {fault}", flush=True)
        many += 1
    return many


@contextmanager
def let_in(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """Open the printed address, and yield what has its cookie."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    context.new_page().goto(server.address)
    yield context
    context.close()


@contextmanager
def a_page(bench: Bench, **about: Any) -> Iterator[tuple[Page, Watched]]:
    """Yield a page of its own, of somebody who was let in, and what it does."""
    context = bench.browser.new_context(**about)
    context.set_default_timeout(PATIENCE)
    context.add_cookies(bench.known.cookies())
    page = context.new_page()
    yield page, Watched(page, bench.server.home)
    context.close()


def warm(bench: Bench) -> None:
    """Wait until the model is compiled: a page that says so comes again by itself."""
    with a_page(bench) as (page, _):
        page.goto(bench.server.home + PAGES["asked"])
        page.wait_for_selector(ANSWERED, timeout=WARMING)


def pages(bench: Bench, paths: Mapping[str, str] = PAGES) -> Iterator[str]:
    """Yield what is wrong with a page at either width, or without script."""
    for (name, path), (width, scheme) in product(paths.items(), WIDTHS.items()):
        size = {"width": width, "height": HEIGHT}
        with a_page(bench, viewport=size, color_scheme=scheme) as (page, seen):
            yield from (f"{name} at {width}: {one}" for one in _opened(bench, page, path))
            page.screenshot(path=bench.pictures / f"{name}-{width}.png", full_page=True)
            yield from (f"{name} at {width}: {one}" for one in seen.faults)
    for name, path in paths.items():
        with a_page(bench, java_script_enabled=False) as (page, _):
            page.goto(bench.server.home + path)
            if page.locator("main h1").count() != 1:
                yield f"{name} has no heading without script"
    print(f"{len(paths)} pages, at {len(WIDTHS)} widths and without script")


def _opened(bench: Bench, page: Page, path: str) -> Iterator[str]:
    got = page.goto(bench.server.home + path)
    if got is None or got.status != 200:
        yield f"status {got and got.status}"
        return
    page.wait_for_load_state("networkidle")
    if path.startswith("/run/run/?") or path == PAGES["crisis"]:
        many = len(got.body())
        yield from [f"has {many:,} bytes"] * (many > MOST_BYTES)
    broken = page.evaluate("[...document.images].filter(one => !one.naturalWidth).length")
    root = "document.documentElement"
    over = page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
    yield from [f"{broken} pictures are missing"] * (broken > 0)
    yield from [f"scrolls sideways by {over} pixels"] * (over > 0)
    yield from (f"barrier: {one[:300]}" for one in barriers(page))


def moved(bench: Bench) -> Iterator[str]:
    """Yield what is wrong when a slider is moved by keyboard, and the same is asked by a form."""
    address = f"{bench.server.home}/run/run/?{NUMBER}="
    with a_page(bench) as (page, seen):
        page.goto(address)
        page.evaluate("performance.clearMarks()")
        slider = page.locator("input[type=range]")
        slider.focus()
        slider.press("End")
        page.wait_for_selector(ANSWERED)
        marks = "performance.getEntriesByName('shown')[0].startTime - "
        took = page.evaluate(f"{marks} performance.getEntriesByName('asked')[0].startTime")
        sharp, text, url = _answer(page), page.locator(FIELD).input_value(), page.url
        yield from (f"a slider moved: {one}" for one in seen.faults)
    print(f"A slider moved to {text}: first picture after {took:.0f} ms; {sharp[:80]}")
    if f"{NUMBER}={text}" not in url:
        yield f"the address does not hold the question: {url}"
    with a_page(bench, java_script_enabled=False) as (page, _):
        page.goto(address)
        page.fill(FIELD, text)
        page.click("#question button:has-text('Answer')")
        if _answer(page) != sharp:
            yield f"without script the answer is another: {_answer(page)[:200]}"


def _answer(page: Page) -> str:
    """Return the sentences of an answer."""
    return " ".join(page.locator("#answer > p:not(.facts)").all_text_contents())


def payloads(bench: Bench) -> Iterator[str]:
    """Yield the hostile texts that have an effect, in any field of the pages or of an address."""
    chosen = PAYLOADS[:: max(1, len(PAYLOADS) // bench.payloads)]
    path = f"{bench.server.home}/run/run/?{NUMBER}="
    with a_page(bench) as (page, seen):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        drawn = page.evaluate("document.images.length")
        for one in chosen:
            page.fill("#find", one)
            page.fill(FIELD, one)
            page.click("#search button")
            page.wait_for_url(lambda url: "find=" in url)
            page.goto(f"{path}&{urlencode({'find': one, f'{one}.x': one, NUMBER: one})}")
            page.goto(f"{bench.server.home}/run/run/section/{one.replace('/', '')}"[:2000])
            page.goto(path)
            page.wait_for_load_state("networkidle")
            effects = [text for text in seen.faults if "status of 4" not in text]
            if effects or page.evaluate(
                f"window.ran === true || document.images.length !== {drawn}"
            ):
                yield f"{one[:60]!r} has an effect: {effects[:1]}"
            seen.faults.clear()
    print(f"{len(chosen)} hostile texts in each field")


def tabs(bench: Bench) -> Iterator[str]:
    """Yield what is wrong when twenty tabs ask at once."""
    opened = [bench.known.new_page() for _ in range(TABS)]
    for at, page in enumerate(opened):
        page.goto(f"{bench.server.home}/run/run/?{NUMBER}=")
        page.evaluate("performance.clearMarks()")
        page.fill(FIELD, f"{ASKED_BEFORE + at * 0.001:.3f}")
    begun = time.perf_counter()
    for at, page in enumerate(opened):
        page.bring_to_front()
        page.wait_for_selector(ANSWERED)
        if "with this change" not in _answer(page):
            yield f"tab {at} is not answered"
        page.close()
    print(f"{TABS} tabs are answered after {time.perf_counter() - begun:.1f} s")


CHECKS: tuple[Callable[[Bench], Iterator[str]], ...] = (pages, moved, payloads, tabs)
"""What is checked, in order."""


def hostile(server: Server) -> Iterator[str]:
    """Yield the hostile requests that are answered; none of them may spend the token."""
    tried = 0
    for method, path, headers in _hostile(server):
        tried += 1
        status, given = _sent(server, method, path, headers)
        if status < 400 or "set-cookie" in given:
            yield f"{method} {path} with {headers} is answered: {status}"
    print(f"{tried} hostile requests")
    if tried < 200:
        yield f"only {tried} hostile requests were made"


def _hostile(server: Server) -> Iterator[tuple[str, str, dict[str, str]]]:
    own, spend = f"127.0.0.1:{server.port}", server.address.removeprefix(server.home)
    for host, path in product(HOSTS, (spend, *PATHS)):
        yield "GET", path, {"Host": host.format(port=server.port)}
    for site, path in product(SITES, (spend, *PATHS)):
        yield "GET", path, {"Host": own, "Sec-Fetch-Site": site}
    for origin, path in product(ORIGINS, (spend, "/jobs/1/stop", "/run/run/section/turning/work")):
        sent = {"Origin": origin.format(port=server.port)} if origin else {}
        yield "POST", path, {"Host": own, **sent}
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "X", "get", "QUERY"):
        for path in PATHS[2:]:
            yield method, path, {"Host": own}
    for cookie in (
        "",
        f"detente-{server.port}=guess",
        "=;=;",
        f"detente-{server.port}=" + "x" * 9999,
    ):
        for path in (*PATHS, *UP):
            yield "GET", path, {"Host": own, "Cookie": cookie}
    yield (
        "POST",
        "/jobs/1/stop",
        {"Host": own, "Origin": server.home, "Content-Length": "999999999"},
    )


def _sent(
    server: Server, method: str, path: str, headers: dict[str, str]
) -> tuple[int, dict[str, str]]:
    """Send a request as it is, and return the status and the headers of its answer."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        line.putheader(name, value)
    line.endheaders()
    got = line.getresponse()
    line.close()
    return got.status, {name.lower(): value for name, value in got.getheaders()}


def killed(browser: Browser, server: Server, detente: str, run: Path) -> Iterator[str]:
    """Yield what is lost when a server is killed; the next one reads what was played."""
    before = sum(path.is_file() for path in (run / "answers").rglob("*"))
    server.end(signal.SIGKILL)
    with serving(detente, run) as after, let_in(browser, after) as known:
        page = known.new_page()
        page.goto(f"{after.home}/run/run/?{NUMBER}={ASKED_BEFORE}")
        page.wait_for_selector(ANSWERED)
        if "with this change" not in _answer(page):
            yield "after a kill no answer comes"
    there = sum(path.is_file() for path in (run / "answers").rglob("*"))
    print(f"Killed with {before} files of answers there; {there} after the next question")
    if there != before:
        yield f"what was played was not read: {before} files of answers, then {there}"


if __name__ == "__main__":
    sys.exit(main())
