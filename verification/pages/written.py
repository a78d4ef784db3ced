"""Checks that edits made in the pages of `detente serve` are saved, and nothing else is changed.

    python -m verification.pages.written DETENTE FOLDER [--payloads N]

DETENTE is the command. Chromium opens each page of a new pack that can be edited, as
`verification.pages.asked` opens the others. A field is edited and saved, and a sentence is accepted
into the ledger, by keyboard and without script: comments stay, the previous text is kept, and
`detente check` finds no fault. A table is added by a form and removed again. 202 hostile texts are
entered in every field without effect. Twenty tabs decide at the same moment and save one field:
nothing is lost, and a tab that is too late is refused. Then cards are decided in twenty tabs until
the server is killed: every answer that was confirmed is in the draft. Pictures are written into
FOLDER for inspection. Status 1 if anything is wrong.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import chdir
from pathlib import Path

from playwright.sync_api import Page

from tests.border import BORDER
from verification.pages.asked import TABS, Bench, Watched, a_page, let_in, pages, serving
from verification.pages.page import open_browser
from verification.pages.payloads import PAYLOADS

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
    "pack-group": "/pack?group=options",
    "pack-add": "/pack/add?to=options",
    "pack-out": "/pack/out?table=options.hotline",
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
        subprocess.run(
            [detente, "new", "border-2031", "--from", BORDER, "--quiet"], cwd=place, check=True
        )
        pack = Path(place) / "border-2031"
        with chdir(place), serving(detente, pack) as server, let_in(browser, server) as known:
            bench = Bench(browser, server, known, pack, folder, asked.payloads)
            _begin(bench)
            faults += pages(bench, PAGES)
            for has_script in (True, False):
                faults += edited(bench, detente, has_script=has_script)
                faults += accepted(bench, detente, has_script=has_script)
                faults += added(bench, detente, has_script=has_script)
            faults += payloads(bench)
            faults += together(bench)
            faults += killed(bench, detente)
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
        printed = page.inner_text("main")
        yield from (f"an edit: {one}" for one in seen.faults)
    after = {path.name: path.read_text() for path in bench.run.glob("*.toml")}
    written = after["crisis.toml"]
    if "Saved. As it was" not in printed or f"range = [{figures}]" not in written:
        yield f"an edit is not saved: {printed[:200]}"
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
        printed = page.inner_text("main")
        yield from (f"a sentence accepted: {one}" for one in seen.faults)
    claims = tomllib.loads((bench.run / "evidence.toml").read_text())["claims"]
    claim = next((one for one in claims.values() if one["says"] == says), None) or {}
    if "New claims in the pack: 1" not in printed or claim.get("accepted_by") != "A. Reader":
        yield f"a sentence does not enter the ledger: {printed[:200]}"
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


def added(bench: Bench, detente: str, *, has_script: bool) -> Iterator[str]:
    """Yield what is wrong when a table is added by keys alone, and taken out."""
    before = (bench.run / "options.toml").read_text()
    with a_page(bench, java_script_enabled=has_script) as (page, seen):
        page.goto(f"{bench.server.home}/pack/add?to=options")
        page.focus("#key0")
        for words in ("pause", "A pause", "Both sides stop", "talks.packages = 3"):
            page.keyboard.type(words)
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.click("button:text-is('Save')")
        printed = page.inner_text("main")
        yield from _checked(bench, detente)
        written = (bench.run / "options.toml").read_text()
        page.click("a:text-is('Take options.pause out')")
        page.click("button:text-is('Save')")
        yield from (f"a table added: {one}" for one in seen.faults)
    if "Saved. As it was" not in printed or "[options.pause]" not in written:
        yield f"a table is not added: {printed[:200]}"
    if (bench.run / "options.toml").read_text() != before:
        yield "a table that is taken out leaves a trace"
    print(f"A table is added and taken out {'with' if has_script else 'without'} script")


def payloads(bench: Bench) -> Iterator[str]:
    """Yield the hostile texts that have an effect, in any field that is written."""
    chosen = PAYLOADS[:: max(1, len(PAYLOADS) // bench.payloads)]
    many = 0
    with a_page(bench) as (page, seen):
        for path, send in SENT.items():
            page.goto(bench.server.home + path)
            for one in chosen:
                if not page.locator(send).count():
                    page.goto(bench.server.home + path)
                many += page.evaluate(FILL, one)
                with page.expect_navigation(wait_until="load"):
                    page.click(send)
                yield from _effects(page, seen, f"{one[:60]!r} on {path}")
                for draft in set(bench.run.glob("drafts/*.toml")) - {bench.run / DRAFT}:
                    draft.unlink()
    print(f"{len(chosen)} hostile texts on {len(SENT)} pages: {many:,} fields filled and sent")


def _effects(page: Page, seen: Watched, what: str) -> Iterator[str]:
    effects = [text for text in seen.faults if "status of 4" not in text]
    if effects or page.evaluate("window.ran === true || document.images.length !== 0"):
        yield f"{what} has an effect: {effects[:1]}"
    seen.faults.clear()


DRAFT = "drafts/ferry.toml"
SHOW = "button:text-is('Show what changes')"
SENT = {
    "/pack?find=x": "button:text-is('Find')",
    "/pack?find=x&claim=north-speech": "button:text-is('Find')",
    f"/pack/field?name={FIELD}": SHOW,
    "/pack/field?name=title": SHOW,
    "/pack/field?name=actors.north.roles": SHOW,
    "/pack/file/options.toml": SHOW,
    "/pack/add?to=options": SHOW,
    "/pack/add?to=claims": SHOW,
    "/pack/add?to=arsenals": SHOW,
    "/pack/run": "button:text-is('Play it')",
    "/ledger": "button:text-is('Read it')",
    "/ledger/claim/north-speech": "button:text-is('Find')",
    "/ledger/ferry": "main button:text-is('Save')",
    "/ledger/ferry/ferry/5": "button:text-is('Save, decide later')",
}
"""Where texts are written, and what sends them."""
FILL = """text => {
  const kinds = ["text", "search", "textarea"]
  document.querySelectorAll("details").forEach(one => { one.open = true })
  document.querySelectorAll("form").forEach(one => { one.noValidate = true })
  const fields = [...document.querySelectorAll("main input, main textarea")]
    .filter(one => kinds.includes(one.type))
  for (const one of fields) {
    one.value = text
    one.dispatchEvent(new Event("input", { bubbles: true }))
  }
  return fields.length
}"""
"""Writes a text into every field of a page, and returns how many there are."""


def together(bench: Bench) -> Iterator[str]:
    """Yield what is wrong when twenty tabs decide at the same moment, and when they save."""
    tabs = _tabs(bench, [f"/ledger/ferry/ferry/{at + FIRST_CARD}" for at in range(TABS)])
    for page in tabs:
        page.evaluate(LATER.format("[data-key=r]"))
    for page in tabs:
        page.wait_for_url(lambda url: "did=reject" in url or url.endswith("/ledger/ferry"))
        page.close()
    lost = _lost(bench, [str(at + FIRST_CARD) for at in range(TABS)])
    yield from [f"decisions of the same moment are lost: {lost}"] * bool(lost)
    print(f"{TABS} tabs decide at the same moment, {len(lost)} decisions are lost")
    yield from _saved_together(bench)


def _saved_together(bench: Bench) -> Iterator[str]:
    """Yield what is wrong when twenty tabs save one field: one does, the others are refused."""
    tabs = _tabs(bench, [f"/pack/field?name={FIELD}"] * TABS)
    for at, page in enumerate(tabs):
        page.fill("#figures", _figures(at))
        page.press("#figures", "Enter")
        page.wait_for_selector("button:text-is('Save')")
    for page in tabs:
        page.evaluate(LATER.format("button[value=save]"))
    for page in tabs:
        page.wait_for_selector(".done, [role=alert]")
    printed = [at for at, page in enumerate(tabs) if "Saved. As it was" in page.inner_text("main")]
    refused = [at for at, page in enumerate(tabs) if "has changed" in page.inner_text("main")]
    for page in tabs:
        page.close()
    text = (bench.run / "crisis.toml").read_text()
    if len(printed) != 1 or len(refused) != TABS - 1 or f"[{_figures(printed[0])}]" not in text:
        yield f"of {TABS} saves of one field {printed} are confirmed, {len(refused)} are refused"
    print(f"{TABS} tabs save one field: {len(printed)} is saved, {len(refused)} are refused")


def _figures(at: int) -> str:
    return f"0.05, 0.{301 + at * 10}"


def _tabs(bench: Bench, paths: Sequence[str]) -> list[Page]:
    tabs = [bench.known.new_page() for _ in paths]
    for page, path in zip(tabs, paths, strict=True):
        page.goto(bench.server.home + path)
    return tabs


def _lost(bench: Bench, numbers: list[str]) -> list[str]:
    """Return the cards of those that were rejected that the draft does not hold as such."""
    cards = tomllib.loads((bench.run / DRAFT).read_text())["cards"]["ferry"]
    return [number for number in numbers if not cards[number].get("reject")]


FIRST_CARD = 8
"""The first of the cards that are decided in twenty tabs, by its number."""
LATER = "setTimeout(() => document.querySelector('{}').click(), 200)"
"""Clicks soon, so that many tabs do at about the same time."""


def killed(bench: Bench, detente: str) -> Iterator[str]:
    """Yield what is lost of decisions in twenty tabs when the server is killed among them."""
    numbers = [str(at + FIRST_CARD + TABS) for at in range(TABS)]
    tabs = _tabs(bench, [f"/ledger/ferry/ferry/{number}" for number in numbers])
    answered: list[str] = []
    for page in tabs:
        page.on("framenavigated", lambda frame: answered.append(frame.url))
    for page in tabs[: TABS // 2]:
        page.click("button:text-is('Reject')")
    for page in tabs[TABS // 2 :]:
        page.evaluate(LATER.format("[data-key=r]"))
    tabs[0].wait_for_timeout(KILLED_AFTER)
    bench.server.end(signal.SIGKILL)
    done = {part.rpartition("/")[2] for url in answered for part in url.split("last=")[1:]}
    lost = _lost(bench, [number for number in numbers if number in done])
    print(
        f"Killed after {len(done)} of {TABS} decisions were answered, of which {len(lost)} are lost"
    )
    yield from [f"decisions are lost: {lost}"] * bool(lost)
    yield from [f"only {len(done)} decisions were answered"] * (len(done) < TABS // 2)
    yield from _checked(bench, detente)


KILLED_AFTER = 1_000.0
"""How long after the last clicks the server is killed [ms]."""


if __name__ == "__main__":
    sys.exit(main())
