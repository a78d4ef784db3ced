"""Checks that a report opens in a browser without a request, an error or a barrier.

    python -m verification.pages.page REPORT.html FOLDER

Chromium opens the page at 1,200 and, dark, at 360 pixels. The page may request nothing but itself,
log no error and never scroll sideways, and axe-core may find no serious or critical violation. The
brief has at most 900 words, with those of its pictures (any that contain a letter), 15 stops of the
tab key, 20 screens of a telephone and 3 printed pages; the whole has at most 35 printed pages.
Pictures at both widths and the PDF are written into FOLDER for inspection. Then three faults are
planted in copies of the page: a picture from elsewhere, a script, and text too pale to read. Each
must be found, and none may have an effect. Status 1 if anything is wrong.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET: tuple[str, ...] = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
QUIET += ("--disable-background-networking", "--disable-component-update", "--disable-sync")
"""A browser that does nothing of its own."""
WIDTHS: dict[int, Literal["light", "dark"]] = {1200: "light", 360: "dark"}
HEIGHT = 900
TELEPHONE = 640
"""Height of a telephone's screen [pixels]."""
BOUNDS = {"words": 900, "tab stops": 15, "screens of a telephone": 20, "printed pages": 3}
"""The most that a brief may have."""
MOST_PAGES = 35
"""The most that the whole may be printed on."""
MEASURED = r"""() => {
  const brief = document.querySelector("#brief")
  const before = one => brief.contains(one) ||
    brief.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING
  const words = [...document.querySelectorAll("header, #brief")].map(one => one.innerText)
  const pictures = [...brief.querySelectorAll("img")].map(one => atob(one.src.split(",")[1]))
  const drawn = pictures.flatMap(one => [...one.matchAll(/<text[^>]*>([^<]*)/g)].map(it => it[1]))
  return {
    "words": [...words, ...drawn].join(" ").match(/\S*[a-z]\S*/gi).length,
    "tab stops": [...document.querySelectorAll("a, summary, [tabindex]")].filter(before).length,
    "bottom": brief.getBoundingClientRect().bottom + window.scrollY,
  }
}"""
"""Counts what a reader of the brief meets."""
GRAVE = ("serious", "critical")
MOST_BYTES = 3_000_000
ELSEWHERE = "http://192.0.2.1/picture.png"
"""An address that stands for none (RFC 5737)."""
PLANTED = {
    "a picture from elsewhere": f'<img src="{ELSEWHERE}" alt="">',
    "a script": "<script>window.ran = true</script>",
    "pale text": '<p style="color: #ccc; background: #fff">Words that hardly anybody can read</p>',
}
"""Faults that must be found, each put before the end of the page."""


class Seen(NamedTuple):
    """What a browser did with a page at one width."""

    requests: list[str]
    errors: list[str]
    barriers: list[str]
    overflow: int
    has_run: bool

    @property
    def faults(self) -> list[str]:
        """Return what is wrong, in words."""
        found = [f"asks for {url[:100]}" for url in self.requests]
        found += [f"logs: {text[:200]}" for text in self.errors]
        found += [f"barrier: {text[:300]}" for text in self.barriers]
        found += [f"scrolls sideways by {self.overflow} pixels"] if self.overflow > 0 else []
        return found + (["runs a script"] if self.has_run else [])


def main() -> int:
    """Check a page and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    with open_browser() as browser:
        faults = list(check(browser, asked.report))
        picture(browser, asked.report, asked.folder)
        missed = list(plant(browser, asked.report))
    for fault in (*faults, *missed):
        print(f"FAULT {fault}")
    print(f"{len(faults)} faults; {len(PLANTED) - len(missed)} of {len(PLANTED)} planted are found")
    print(f"Look at the pictures and the PDF in {asked.folder}.")
    return int(bool(faults or missed))


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the browser of this machine."""
    named = [os.environ.get("CHROMIUM", "")]
    found = [path for name in (*named, *NAMES) if name and (path := shutil.which(name))]
    if not found:
        sys.exit(
            "No Chromium on this machine. On Debian or Ubuntu: apt install chromium; or name one: "
            "CHROMIUM=/path/to/chromium make verify-page"
        )
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=found[0], args=list(QUIET))
        print(f"Chromium {browser.version}")
        yield browser
        browser.close()


def check(browser: Browser, report: Path) -> Iterator[str]:
    """Yield what is wrong with a page."""
    size = report.stat().st_size
    if size > MOST_BYTES:
        yield f"the page has {size:,} bytes"
    if 'http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;' not in (
        report.read_text()
    ):
        yield "the page has no strict content policy"
    for width in WIDTHS:
        seen = look(browser, report, width)
        yield from (f"at {width} pixels it {fault}" for fault in seen.faults)
    for what, many in measure(browser, report).items():
        print(f"The brief has {many:.0f} {what}, at most {BOUNDS[what]}")
        if many > BOUNDS[what]:
            yield f"the brief has {many:.1f} {what}"
    pages = printed(browser, report)
    print(f"The whole has {pages} printed pages, at most {MOST_PAGES}")
    if pages > MOST_PAGES:
        yield f"the whole has {pages} printed pages"
    print(f"{report}: {size:,} bytes, looked at with {len(WIDTHS)} widths")


def printed(browser: Browser, report: Path) -> int:
    """Return on how many pages a report is printed."""
    page = browser.new_page()
    page.goto(report.resolve().as_uri())
    pages = _pages(page)
    page.close()
    return pages


def _pages(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def measure(browser: Browser, report: Path) -> dict[str, float]:
    """Return how much of each of the things that are bounded a brief has."""
    page = browser.new_page(viewport={"width": min(WIDTHS), "height": TELEPHONE})
    page.goto(report.resolve().as_uri())
    found: dict[str, float] = page.evaluate(MEASURED)
    found["screens of a telephone"] = found.pop("bottom") / TELEPHONE
    page.evaluate("document.querySelectorAll('nav, .appendix').forEach(one => one.remove())")
    found["printed pages"] = _pages(page)
    page.close()
    return found


def look(browser: Browser, report: Path, width: int) -> Seen:
    """Open a page and say what it does; its own address and data within it are no requests."""
    page = browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=WIDTHS[width])
    own = report.resolve().as_uri()
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda one: requests.append(one.url))
    page.on("console", lambda one: errors.append(one.text))
    page.on("pageerror", lambda one: errors.append(str(one)))
    page.goto(own)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    root = "document.documentElement"
    overflow = page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
    has_run = page.evaluate("window.ran === true")
    asked = [url for url in requests if url != own and not url.startswith("data:")]
    seen = Seen(asked, list(errors), barriers(page), int(overflow), bool(has_run))
    page.close()
    return seen


def barriers(page: Page) -> list[str]:
    """Return what axe-core holds against a page."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}), {len(one['nodes'])} times: {one['nodes'][0]['html'][:120]}"
        for one in found
        if one["impact"] in GRAVE
    ]


def picture(browser: Browser, report: Path, folder: Path) -> None:
    """Write pictures of a page at both widths, and the page as it prints."""
    folder.mkdir(parents=True, exist_ok=True)
    for width, scheme in WIDTHS.items():
        page = browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
        page.goto(report.resolve().as_uri())
        page.screenshot(path=folder / f"report-{width}.png", full_page=True)
        page.close()
    page = browser.new_page()
    page.goto(report.resolve().as_uri())
    page.pdf(path=folder / "report.pdf", prefer_css_page_size=True, print_background=True)
    page.close()


def plant(browser: Browser, report: Path) -> Iterator[str]:
    """Yield the planted faults that are not found, and those that had an effect."""
    text = report.read_text()
    with tempfile.TemporaryDirectory() as folder:
        for name, fault in PLANTED.items():
            copy = Path(folder) / "planted.html"
            copy.write_text(text.replace("</main>", f"{fault}</main>"))
            seen = look(browser, copy, max(WIDTHS))
            if not seen.faults:
                yield f"{name} was planted and not found"
            if seen.has_run:
                yield f"{name} was planted and ran"


if __name__ == "__main__":
    sys.exit(main())
