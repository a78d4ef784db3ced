"""Whether what is written in the pages of `detente serve` is kept, and nothing else is.

    python -m verification.written DETENTE FOLDER [--payloads N]

DETENTE is the command. Of a new pack Chromium opens each page on which something is written, as
`verification.asked` opens the others. A field is edited and saved, and a sentence accepted into the
ledger, by keyboard and without script: comments stay, the text as it was is kept, and `detente
check` finds no fault. 202 hostile texts go into every field without effect. Cards are decided in
twenty tabs until the server is killed: whatever was answered stands in the draft. Pictures are
written into FOLDER, to be looked at. Status 1 if anything is wrong.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

from playwright.sync_api import Page

from verification.asked import TABS, Bench, a_page, let_in, pages, serving
from verification.page import open_browser
from verification.payloads import PAYLOADS

FIELD = "actors.north.war_cost"
TEXT = """Talks open on the river
By Ada Quill

Prime Minister Tomas Brandt said that 14 ships would leave the estuary. Lena Ostrova waits. She
has waited for a year. The lake union watches the locks. It has asked for a list of the ships.
""" + "\n".join(f"Ship number {number} has passed the second lock." for number in range(40))
SAYS = "Brandt promised that 14 ships go"
PAGES = {
    "pack": "/pack",
    "pack-table": "/pack?table=actors.north",
    "pack-found": "/pack?find=cost",
    "pack-field": f"/pack/field?name={FIELD}",
    "pack-text": "/pack/field?name=title",
    "pack-file": "/pack/file/options.toml",
    "pack-run": "/pack/run",
    "ledger": "/ledger",
    "ledger-draft": "/ledger/ferry",
    "ledger-card": "/ledger/ferry/ferry/3",
    "ledger-claim": "/ledger/claim/north-speech",
}
"""The pages by the names of their pictures."""


def main() -> int:
    """Check the pages and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("detente")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--payloads", type=int, default=len(PAYLOADS), help="only so many, spread")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    detente, folder = str(Path(asked.detente).absolute()), asked.folder.absolute()
    with tempfile.TemporaryDirectory() as place, open_browser() as browser:
        subprocess.run([detente, "new", "border-2031", "--quiet"], cwd=place, check=True)
        pack = Path(place) / "border-2031"
        with chdir(place), serving(detente, pack) as server, let_in(browser, server) as known:
            bench = Bench(browser, server, known, pack, folder, asked.payloads)
            _begin(bench)
            faults += pages(bench, PAGES)
            for has_script in (True, False):
                faults += edited(bench, detente, has_script=has_script)
                faults += accepted(bench, detente, has_script=has_script)
            faults += payloads(bench)
            faults += killed(bench)
    for fault in faults:
        print(f"FAULT {fault}")
    print(f"{len(faults)} faults. Look at the pictures in {asked.folder}.")
    return int(bool(faults))


def _begin(bench: Bench) -> None:
    """Stop the run that begins by itself, and read a document."""
    with a_page(bench) as (page, _):
        page.goto(f"{bench.server.home}/jobs/1")
        page.click("button:has-text('Stop')")
        page.goto(f"{bench.server.home}/ledger")
        page.fill("#text", TEXT)
        page.fill("#name", "ferry")
        page.fill("#date", "2031-02-20")
        page.click("button:has-text('Read it')")
        page.fill("#accepted_by", "A. Reader")
        page.fill("[name='ferry.title']", "Talks")
        page.fill("[name='ferry.publisher']", "The Post (invented)")
        page.fill("[name='otherwise.grade']", "C3")
        page.click("main button:text-is('Save')")


def edited(bench: Bench, detente: str, *, has_script: bool) -> Iterator[str]:
    """Yield what is wrong when a field is edited and saved."""
    before = {path.name: path.read_text() for path in bench.run.glob("*.toml")}
    figures = "0.05, 0.2" if has_script else "0.05, 0.21"
    with a_page(bench, java_script_enabled=has_script) as (page, seen):
        page.goto(f"{bench.server.home}/pack/field?name={FIELD}")
        page.fill("#figures", figures)
        page.press("#figures", "Enter")
        page.click("button:text-is('Save')")
        told = page.inner_text("main")
        yield from (f"an edit: {one}" for one in seen.faults)
    after = {path.name: path.read_text() for path in bench.run.glob("*.toml")}
    written = after["crisis.toml"]
    if "Saved. As it was" not in told or f"range = [{figures}]" not in written:
        yield f"an edit is not saved: {told[:200]}"
    if written.count("#") != before["crisis.toml"].count("#"):
        yield "an edit loses a comment"
    kept = [path.read_text() for path in bench.run.glob(".backups/*/crisis.toml")]
    if before["crisis.toml"] not in kept:
        yield "an edit does not keep the text as it was"
    yield from _checked(bench, detente)
    print(f"A field is edited and saved {'with' if has_script else 'without'} script")


def _checked(bench: Bench, detente: str) -> Iterator[str]:
    asked = [detente, "check", str(bench.run)]
    done = subprocess.run(asked, check=False, capture_output=True, text=True)
    if done.returncode:
        yield f"the pack has faults: {done.stdout[:200]}"


def accepted(bench: Bench, detente: str, *, has_script: bool) -> Iterator[str]:
    """Yield what is wrong when a sentence is accepted into the ledger."""
    card = "/ledger/ferry/ferry/3" if has_script else "/ledger/ferry/ferry/7"
    says = SAYS if has_script else "The lake union looks at the locks"
    with a_page(bench, java_script_enabled=has_script) as (page, seen):
        page.goto(bench.server.home + card)
        if has_script:
            _by_keys(page, says)
        else:
            page.fill("#says", says)
            page.fill("#by", "Ada Quill")
            page.select_option("#kind", "reported")
            page.click("button:text-is('Accept')")
        page.goto(f"{bench.server.home}/ledger/ferry")
        page.click("button:has-text('into the pack')")
        told = page.inner_text("main")
        yield from (f"a sentence accepted: {one}" for one in seen.faults)
    claims = tomllib.loads((bench.run / "evidence.toml").read_text())["claims"]
    claim = next((one for one in claims.values() if one["says"] == says), None) or {}
    if "New claims in the pack: 1" not in told or claim.get("accepted_by") != "A. Reader":
        yield f"a sentence does not enter the ledger: {told[:200]}"
    yield from _checked(bench, detente)
    print(f"A sentence is accepted {'with' if has_script else 'without'} script")


def _by_keys(page: Page, says: str) -> None:
    """Say what a sentence says and accept it, touching keys alone."""
    page.wait_for_load_state()
    page.keyboard.press("e")
    page.keyboard.insert_text(says)
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("a")
    page.wait_for_load_state()


def payloads(bench: Bench) -> Iterator[str]:
    """Yield the hostile texts that have an effect, in any field that is written."""
    chosen = PAYLOADS[:: max(1, len(PAYLOADS) // bench.payloads)]
    with a_page(bench) as (page, seen):
        for one in chosen:
            for path, send in SENT.items():
                got = page.goto(bench.server.home + path)
                if not page.locator(send).count():
                    yield f"{path} does not come after {one[:60]!r}: {got and got.status}"
                    continue
                _fill(page, one)
                with page.expect_navigation(wait_until="load"):
                    page.click(send)
                page.goto(bench.server.home + path.replace("=title", "=claims"))
                effects = [text for text in seen.faults if "status of 4" not in text]
                ran = page.evaluate("window.ran === true || document.images.length !== 0")
                if effects or ran:
                    yield f"{one[:60]!r} has an effect on {path}: {effects[:1]}"
                seen.faults.clear()
    print(f"{len(chosen)} hostile texts in each field of {len(SENT)} pages")


SENT = {
    "/pack?find=x": "button:text-is('Find')",
    f"/pack/field?name={FIELD}": "button:text-is('Show what changes')",
    "/pack/field?name=title": "button:text-is('Show what changes')",
    "/pack/file/options.toml": "button:text-is('Show what changes')",
    "/pack/run": "button:text-is('Play it')",
    "/ledger/ferry": "main button:text-is('Save')",
    "/ledger/ferry/ferry/5": "button:text-is('Save, decide later')",
}
"""Where texts are written, and what sends them."""


def _fill(page: Page, text: str) -> None:
    """Write a text into every field of a page."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.evaluate("document.querySelectorAll('form').forEach(one => { one.noValidate = true })")
    for field in page.locator("main input, main textarea").all():
        if field.get_attribute("type") in {None, "text", "search"}:
            field.fill(text)


def killed(bench: Bench) -> Iterator[str]:
    """Yield what is lost of decisions in twenty tabs when the server is killed among them."""
    tabs = [bench.known.new_page() for _ in range(TABS)]
    answered: list[str] = []
    for at, page in enumerate(tabs):
        page.goto(f"{bench.server.home}/ledger/ferry/ferry/{at + 10}")
    for at, page in enumerate(tabs):
        if at == TABS - 4:
            page.evaluate("document.querySelector('[data-key=r]').click()")
            bench.server.end(signal.SIGKILL)
            break
        page.click("button:text-is('Reject')")
        answered.append(str(at + 10))
    cards = tomllib.loads((bench.run / "drafts" / "ferry.toml").read_text())["cards"]["ferry"]
    lost = [number for number in answered if not cards[number].get("reject")]
    print(f"Killed after {len(answered)} decisions, of which {len(lost)} are lost")
    if lost:
        yield f"decisions are lost: {lost}"


if __name__ == "__main__":
    sys.exit(main())
