"""Checks that a seminar works from lobby to debrief in the browsers of its participants.

    python -m verification.pages.seminar DETENTE RUN FOLDER

DETENTE is the command, RUN a finished run, which is copied. An umpire and three seats have a
browser each and read nothing but their pages. One seat opens its link late. One loses its
connection while it types and returns; then the server is killed and started again while another
types, and new links are given: all typed text and all decisions must still be there. All play to
the end and read the debrief, which shows a table that was played before. Each kind of page is
opened at 1,200 and, dark, at 360 pixels: axe-core may find no serious or critical violation,
nothing scrolls sideways, and no error is logged. Pictures and the text of all pages are written
into FOLDER. Status 1 if anything is wrong.
"""

import argparse
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, Route

from verification.pages.asked import PATIENCE, Server, Watched
from verification.pages.page import HEIGHT, WIDTHS, barriers, open_browser

SEATS, LATE = 3, 2
"""How many seats there are, and the place of the one that joins late."""
BEFORE_LATE, BEFORE_DROP, BEFORE_KILL = 1, 1, 2
"""After so many decisions of people these things happen, or as soon as may be."""
MOST_DECISIONS = 14
"""After so many the umpire hands all seats to their policies."""
PATIENT = re.compile(r"\s*(Hold|Order|Refuse|Reject|Absorb|Leave|Let|Back)")
"""What goes on with the crisis; every third decision is another."""
DRAFT = "We hold out, as they may give in before we do; "
WAITS = "Another seat decides"
OVER = " is over: "
TRIES, PAUSE = 20, 250.0
"""How often an address is tried, and what is waited between [ms]."""
MOVING = ("waits",)
"""Kinds of pages that are loaded again by themselves."""


class Seminar:
    """An umpire, the seats in their browsers, and what is found wrong."""

    def __init__(self, browser: Browser, server: Server, folder: Path) -> None:
        self.browser = browser
        self.server = server
        self.folder = folder
        self.faults: list[str] = []
        self.seen: dict[str, Watched] = {}
        self.pictured: set[str] = set()
        self.reported = (folder / "seminar.txt").open("w")
        self.umpire = self.someone("umpire")
        self.seats: dict[str, Page] = {}

    def someone(self, who: str) -> Page:
        """Return a page in a browser of its own."""
        context = self.browser.new_context(viewport={"width": max(WIDTHS), "height": HEIGHT})
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        self.seen[who] = Watched(page, self.server.home)
        return page

    def look(self, kind: str, page: Page) -> None:
        """Write down what a page says; open it at both widths if it is the first of its kind."""
        self.reported.write(f"\n=== {kind}\n{page.inner_text('main')}\n")
        if kind in self.pictured:
            return
        self.pictured.add(kind)
        still = page.context.new_page() if kind in MOVING else page
        if kind in MOVING:
            still.route("**/*", _without_refresh)
            still.goto(page.url)
        self._measure(kind, still)
        if kind in MOVING:
            still.close()

    def _measure(self, kind: str, page: Page) -> None:
        for width, scheme in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=self.folder / f"seminar-{kind}-{width}.png", full_page=True)
            root = "document.documentElement"
            over = page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
            found = [f"barrier: {one[:300]}" for one in barriers(page)]
            found += [f"scrolls sideways by {over} pixels"] * (over > 0)
            self.faults += [f"{kind} at {width}: {one}" for one in found]
        page.set_viewport_size({"width": max(WIDTHS), "height": HEIGHT})
        page.emulate_media(color_scheme="light")

    def hear(self) -> None:
        """Keep what pages logged since."""
        for who, seen in self.seen.items():
            self.faults += [f"{who} {fault}" for fault in seen.faults]
            seen.faults.clear()

    def forgive(self) -> None:
        """Leave out what pages logged since: there was no connection."""
        for seen in self.seen.values():
            seen.faults.clear()


def _without_refresh(route: Route) -> None:
    """Answer a request without what has the page loaded again."""
    got = route.fetch()
    kept = {name: text for name, text in got.headers.items() if name != "refresh"}
    route.fulfill(response=got, headers=kept)


def main() -> int:
    """Hold a seminar and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("detente")
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    detente, folder = str(Path(asked.detente).absolute()), asked.folder.absolute()
    with tempfile.TemporaryDirectory() as place, open_browser() as browser:
        shutil.copytree(asked.run, Path(place) / "run")
        with chdir(place):
            seminar = Seminar(browser, Server(detente, Path("run")), folder)
            try:
                hold(seminar, detente)
            except Error as stop:
                seminar.faults.append(f"stopped: {stop.message[:300]}")
                for who, page in {"umpire": seminar.umpire, **seminar.seats}.items():
                    seminar.faults.append(f"{who} then read: {page.inner_text('body')[:500]!r}")
            finally:
                seminar.server.end()
                seminar.reported.close()
    for fault in seminar.faults:
        print(f"FAULT {fault}")
    print(f"{len(seminar.faults)} faults. Look at the pictures and seminar.txt in {asked.folder}.")
    return int(bool(seminar.faults))


def hold(seminar: Seminar, detente: str) -> None:
    """Go from the lobby to the debrief."""
    seminar.umpire.goto(seminar.server.address)
    _set_up(seminar, 1)
    _hand_all_over(seminar)
    links = _set_up(seminar, SEATS)
    for place, (name, link) in enumerate(links.items()):
        if place != LATE:
            _open(seminar, name, link)
    decided = _play(seminar, links, detente)
    _look_back(seminar)
    seminar.hear()
    print(f"{decided} decisions of {SEATS} seats, from the lobby to the debrief")


def _play(seminar: Seminar, links: Mapping[str, str], detente: str) -> int:
    """Let seats decide until it is over, while things go wrong; return how often they did."""
    names = list(links)
    decided, is_dropped, is_killed = 0, False, False
    while (name := _asked(seminar)) is not None:
        is_late = names[LATE] not in seminar.seats
        if is_late and (decided >= BEFORE_LATE or name == names[LATE]):
            _open(seminar, names[LATE], links[names[LATE]])
        if decided >= BEFORE_DROP and not is_dropped:
            is_dropped = _drop(seminar, name)
        if decided >= BEFORE_KILL and not is_killed:
            is_killed = _kill(seminar, name, detente)
        if decided >= MOST_DECISIONS:
            _hand_all_over(seminar)
            break
        _decide(seminar, name, decided)
        decided += 1
    if not (is_dropped and is_killed):
        seminar.faults.append("the table ended before a connection was lost and the server killed")
    return decided


def _set_up(seminar: Seminar, seats: int) -> dict[str, str]:
    """Set a table up for so many seats; return their links by what the pages call them."""
    page = seminar.umpire
    page.click("nav a:text-is('Play')")
    seminar.look("play", page)
    page.click("summary:has-text('With several people')")
    for at, box in enumerate(page.locator("[type=checkbox][name=seat]").all()):
        box.set_checked(at < seats)
    page.select_option("[name=length]", "long")
    page.click("button:has-text('Set up a table')")
    seminar.look("lobby", page)
    page.click("button:has-text('new links')")
    seminar.look("links", page)
    lines = page.locator("ul.plain > li")
    return {one.locator("a").inner_text(): one.locator("code").inner_text() for one in lines.all()}


def _hand_all_over(seminar: Seminar) -> None:
    for one in seminar.umpire.locator("[name=seat] option").all_inner_texts():
        seminar.umpire.select_option("select[name=seat]", label=one)
        seminar.umpire.click("button:text-is('Hand over')")


def _open(seminar: Seminar, name: str, link: str) -> None:
    """Open a seat by its link, in the browser that it has or in one of its own."""
    if name not in seminar.seats:
        seminar.seats[name] = seminar.someone(name)
    seminar.seats[name].goto(link)


def _asked(seminar: Seminar) -> str | None:
    """Return who is asked, as the umpire's page says; None once it is over."""
    _go(seminar.umpire, seminar.umpire.url)
    seminar.look("umpire", seminar.umpire)
    said = seminar.umpire.inner_text("main p >> nth=0")
    return None if OVER in said else said.partition(" is asked")[0]


def _decide(seminar: Seminar, name: str, decided: int) -> None:
    """Let a seat choose as its page offers it, and look at what the others see meanwhile."""
    page = seminar.seats[name]
    page.wait_for_selector("[name=move]")
    seminar.look("asked", page)
    for other, waiting in seminar.seats.items():
        if other != name:
            waiting.wait_for_selector(f"text={WAITS}")
            seminar.look("waits", waiting)
    choices = page.locator("fieldset label")
    patient = [at for at, says in enumerate(choices.all_inner_texts()) if PATIENT.match(says)]
    choices.nth(patient[0] if patient and decided % 3 else -1).locator("input").check()
    page.locator("textarea").fill(f"{page.locator('textarea').input_value()}because {decided}")
    page.click("button:text-is('Decide')")
    seminar.hear()


def _drop(seminar: Seminar, name: str) -> bool:
    """Take a seat's connection away while it types; what it typed must be there afterwards."""
    page = seminar.seats[name]
    page.wait_for_selector("[name=move]")
    address = page.url
    page.locator("textarea").fill(DRAFT)
    page.context.set_offline(True)
    _fails(page, address)
    page.context.set_offline(False)
    seminar.forgive()
    page.goto(address)
    _kept(seminar, name, "a connection that was lost")
    return True


def _fails(page: Page, address: str) -> None:
    try:
        page.goto(address, timeout=5000)
    except Error:
        # Left open, the browser's own page would try the address again in the midst of the next.
        _go(page, "about:blank")


def _go(page: Page, address: str) -> None:
    """Go to an address, also where the page just loads itself again and is in the way."""
    for _ in range(TRIES):
        try:
            page.goto(address)
        except Error:
            page.wait_for_timeout(PAUSE)
        else:
            return
    page.goto(address)


def _kill(seminar: Seminar, name: str, detente: str) -> bool:
    """Kill the server while a seat types, start it again, and give new links."""
    page, server = seminar.seats[name], seminar.server
    page.wait_for_selector("[name=move]")
    page.locator("textarea").fill(DRAFT)
    table, before = seminar.umpire.url, _many(seminar.umpire)
    server.end(signal.SIGKILL)
    for seat in seminar.seats.values():
        _fails(seat, server.home)
    seminar.server = Server(detente, Path("run"), server.port)
    seminar.umpire.goto(seminar.server.address)
    seminar.umpire.goto(table)
    if (after := _many(seminar.umpire)) != before:
        seminar.faults.append(f"of {before} decisions {after} are there after a kill")
    seminar.forgive()
    seminar.umpire.click("button:has-text('new links')")
    lines = seminar.umpire.locator("ul.plain > li")
    lines.first.wait_for()
    for one in lines.all():
        _open(seminar, one.locator("a").inner_text(), one.locator("code").inner_text())
    _kept(seminar, name, "a server that was killed")
    return True


def _many(umpire: Page) -> str:
    """Return how many decisions there are, as the umpire's page says."""
    found = re.search(r"(\d+) decisions? so far", umpire.inner_text("main"))
    return found[1] if found else "none"


def _kept(seminar: Seminar, name: str, after: str) -> None:
    there = seminar.seats[name].locator("textarea").input_value()
    if there != DRAFT:
        seminar.faults.append(f"after {after} a draft is {there!r}")


REST = "a:has-text('What each other choice would have led to')"
"""What leads from the first screen of a debrief to all of it."""


def _look_back(seminar: Seminar) -> None:
    """Read the debrief as the umpire and as each seat."""
    _go(seminar.umpire, seminar.umpire.url)
    seminar.look("over", seminar.umpire)
    seminar.umpire.click("a:text-is('The debrief')")
    seminar.umpire.wait_for_selector("text=What did this table do")
    seminar.umpire.click(REST)
    seminar.umpire.wait_for_selector("text=This table and others of this crisis")
    for kind, page in (("debrief", seminar.umpire), *seminar.seats.items()):
        if page is not seminar.umpire:
            _go(page, page.url)
            page.wait_for_selector(f"h1:has-text('{OVER}')")
            seminar.look("seat-over", page)
            page.click("a:text-is('The debrief')")
            page.click(REST)
            page.wait_for_selector("text=This table and others of this crisis")
        said = page.inner_text("main")
        seminar.look("debrief" if page is seminar.umpire else "seat-debrief", page)
        for words in (DRAFT, "This table and others of this crisis"):
            if words.strip("; ") not in said:
                seminar.faults.append(f"the debrief of {kind} does not say: {words}")


if __name__ == "__main__":
    sys.exit(main())
