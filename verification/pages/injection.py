"""Checks that hostile texts of a pack have no effect wherever they are shown.

    python -m verification.pages.injection [--payloads N] [--processes N]

Every free-text field of a pack gets the same payload; fields are found by walking the schema of
packs, so that new ones are included. A small run of the pack is played, and everything that shows
it is written, together with the changes since a run with other texts: the page, the pages of
`detente serve`, their pictures, Markdown, tables, the ledger as CSV, and the output of commands.
Each is compared with the same output for harmless texts: the same elements with the same
attributes, the same blocks of Markdown, no control character of a terminal, no cell that a
spreadsheet computes, the same files and none elsewhere. Status 1 if anything differs.
"""

import argparse
import atexit
import base64
import contextlib
import csv
import io
import os
import re
import shutil
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from detente.cli import main as command
from detente.disk import write_whole
from detente.ensemble.run import Run
from detente.errors import DetenteError
from detente.pages.app import build
from detente.pages.workspace import Workspace
from detente.views.page import compose
from detente.views.render.html import to_html, to_svg
from detente.views.render.markdown import to_markdown
from detente.views.report import default_name, files_of
from verification.engine.arming import armed_pack, write_pack
from verification.pages.payloads import PAYLOADS

PACK = "oman-2026"
HARMLESS = "plain words"
EARLIER = "words of the run before"
SMALL = ("--grid", "tiny", "--worlds", "8", "--futures", "320", "--horizon", "30", "--threads", "1")
OPTIONS = "hotline"
COMMANDS = (
    ("check", "pack"),
    ("evidence", "pack"),
    ("explain", "pack", "talks.fade_rate"),
    ("show", "run"),
    ("trace", "run", "--future", "0:1"),
    ("compare", "run"),
    ("drivers", "run"),
    ("discover", "run"),
    ("ask", "run"),
    ("find", "run"),
    ("update", "run", "--next"),
    ("check", "pack", "--resolved"),
)
"""What prints words of a pack to the terminal."""
STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ue000-\uf8ff\U000e0000-\U000e0fff]"
)
"""Characters that steer a screen, turn the reading direction or cannot be seen; not line feed."""
FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
SAFE = {
    "href": re.compile(r"#[a-z-]+|data:text/csv;charset=utf-8;base64,[A-Za-z0-9+/=]*"),
    "src": re.compile(r"data:image/svg\+xml;base64,[A-Za-z0-9+/=]*"),
}
"""What addresses of the page may be."""
SAFE_SERVED = {
    "href": re.compile(r"[#?/][\w./?=&%#-]*"),
    "src": re.compile(r"/apart/[0-9a-f]{24}\.svg|/static/page\.js"),
    "action": re.compile(r"/[\w/-]+"),
}
"""The same of a page of `detente serve`."""
SERVED = (
    "",
    "numbers?find=iran",
    "number/talks.fade_rate",
    "claims",
    "claim/force-if-talks-fail",
    "future/0/1",
    "section/watching",
    "section/options",
    "section/evidence?whole",
)
"""Its pages of a run that show words of the pack."""
PORT = 8765
DRAWN = {"svg", "g", "path", "rect", "circle", "line", "text", "tspan", "title", "defs", "clipPath"}
"""Elements that a picture may have."""
SPOKEN = {"aria-label", "aria-roledescription"}
"""Attributes that hold words for those who listen, which nothing follows."""


class Skeleton(HTMLParser):
    """What a page is made of, without its words: elements with the names of their attributes."""

    def __init__(self, safe: Mapping[str, re.Pattern[str]] = SAFE) -> None:
        super().__init__(convert_charrefs=True)
        self.safe = safe
        self.parts: list[str] = []
        self.faults: list[str] = []
        self.pictures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element; its addresses must be of the kinds that the page has."""
        self.parts.append(f"{tag} {' '.join(sorted(name for name, _ in attrs))}")
        for name, value in attrs:
            is_safe = name not in self.safe or self.safe[name].fullmatch(value or "")
            if name.startswith("on") or not is_safe:
                self.faults.append(f"<{tag} {name}={(value or '')[:60]!r}>")
            if name == "src" and value and value.startswith("data:"):
                self.pictures.append(base64.b64decode(value.split(",")[1]).decode())

    def handle_endtag(self, tag: str) -> None:
        """Note the end of an element."""
        self.parts.append(f"/{tag}")


@dataclass
class Shown:
    """All that shows a pack's words, by sink."""

    page: str
    served: dict[str, str]
    pictures: list[str]
    markdown: str
    sheets: dict[str, str]
    screens: dict[str, str]
    names: list[str]
    outside: list[str] = field(default_factory=list)


def show(folder: Path, tree: Mapping[str, Any]) -> Shown:
    """Play a pack and write all that shows it into a folder of its own.

    Raises
    ------
    DetenteError
        If the pack is refused.
    """
    inner = folder / "inner"
    write_pack(inner / "pack", tree)
    before = Path.cwd()
    os.chdir(inner)
    try:
        screens = dict(_write())
        return _read(inner, folder, screens)
    finally:
        os.chdir(before)


def _write() -> Iterator[tuple[str, str]]:
    sizes = ("run", "./pack", *SMALL, "--options", OPTIONS, "-o", "run")
    yield "run", _printed(*sizes)
    for one in COMMANDS:
        place = {"pack": "./pack", "run": "run"}
        yield " ".join(one), _printed(*(place.get(word, word) for word in one))
    page = compose(Run.open("run"), tlp="amber", since=Run.open(earlier()))
    Path("report.html").write_text(to_html(page), encoding="utf-8")
    Path("report.md").write_text(to_markdown(page), encoding="utf-8")
    for path, content in files_of(page.all_tables, page.figures, Path("tables")):
        write_whole(path, content)
    write_whole(Path("tables/slide.svg"), to_svg(page).encode())
    _printed("evidence", "./pack", "--export", "csv", "-o", "tables/evidence-export.csv")


def _served(run: Path) -> Iterator[tuple[str, str]]:
    """Yield the pages of `detente serve` by their addresses, then the pictures on them."""
    guard = build(Workspace(runs=[run]), PORT)
    client = TestClient(guard, base_url=f"http://127.0.0.1:{PORT}")
    client.get(guard.address)
    pictures: set[str] = set()
    for path in SERVED:
        text = client.get(f"/run/run/{path}").raise_for_status().text
        pictures.update(re.findall(r'src="(/apart/\w+\.svg)"', text))
        yield path, text
    for path in sorted(pictures):
        yield path, client.get(path).text


@cache
def earlier() -> Path:
    """Return a run of the pack with other words, which all others follow; made once a process."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write_pack(folder / "pack", armed_pack(PACK, EARLIER)[0])
    _printed("run", str(folder / "pack"), *SMALL, "-o", str(folder / "run"))
    return folder / "run"


def _printed(*arguments: str) -> str:
    """Run a command and return what it prints.

    Raises
    ------
    DetenteError
        If it is not done.
    """
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = command(list(arguments))
    if status != 0:
        raise DetenteError(err.getvalue() + out.getvalue()[-300:], where=" ".join(arguments))
    return out.getvalue() + err.getvalue()


def _read(inner: Path, folder: Path, screens: dict[str, str]) -> Shown:
    page = (inner / "report.html").read_text(encoding="utf-8")
    skeleton = Skeleton()
    skeleton.feed(page)
    drawn = [path.read_text(encoding="utf-8") for path in sorted(inner.glob("tables/*.svg"))]
    sheets = {path.name: path.read_bytes().decode() for path in sorted(inner.glob("tables/*.csv"))}
    served = dict(_served(inner / "run"))
    drawn += [text for path, text in served.items() if path.endswith(".svg")]
    return Shown(
        page=page,
        served={path: text for path, text in served.items() if not path.endswith(".svg")},
        pictures=[*skeleton.pictures, *drawn],
        markdown=(inner / "report.md").read_text(encoding="utf-8"),
        sheets=sheets,
        screens=screens,
        names=sorted(str(path.relative_to(inner)) for path in inner.rglob("*")),
        outside=sorted(path.name for path in folder.iterdir() if path != inner),
    )


def judge(shown: Shown, harmless: Shown) -> Iterator[tuple[str, str]]:
    """Yield each sink in which words had an effect, and which."""
    yield from (("page", fault) for fault in _of_page(shown.page, harmless.page))
    for path, text in shown.served.items():
        effects = _of_page(text, harmless.served[path], SAFE_SERVED)
        yield from (("served", f"{path}: {fault}") for fault in effects)
    for picture in shown.pictures:
        yield from (("picture", fault) for fault in _of_picture(picture))
    yield from (("markdown", fault) for fault in _of_markdown(shown.markdown, harmless.markdown))
    for name, text in shown.sheets.items():
        yield from (("sheet", f"{name}: {fault}") for fault in _of_sheet(text))
    for name, text in shown.screens.items():
        yield from (("terminal", f"{name}: {fault}") for fault in _steering(text))
    if shown.names != harmless.names or shown.outside:
        differ = set(shown.names) ^ set(harmless.names) | set(shown.outside)
        yield "file names", f"{sorted(differ)[:5]}"


def _steering(text: str) -> Iterator[str]:
    found = STEERING.search(text)
    if found:
        yield f"holds U+{ord(found.group()):04X}"


def _of_page(page: str, harmless: str, safe: Mapping[str, re.Pattern[str]] = SAFE) -> Iterator[str]:
    one, other = Skeleton(safe), Skeleton(safe)
    one.feed(page)
    other.feed(harmless)
    yield from one.faults
    yield from _steering(page)
    if one.parts != other.parts:
        pairs = zip(one.parts, other.parts, strict=False)
        place = next((at for at, (a, b) in enumerate(pairs) if a != b), -1)
        yield f"element {place} of {len(one.parts)} is {one.parts[place]!r}"


def _of_picture(picture: str) -> Iterator[str]:
    yield from _steering(picture)
    try:
        root = ET.fromstring(picture)  # noqa: S314  of our own making, and without a DTD
    except ET.ParseError as fault:
        yield f"is no XML: {fault}"
        return
    for one in root.iter():
        name = one.tag.rpartition("}")[2]
        if name not in DRAWN:
            yield f"has an element {name}"
        for key, value in one.attrib.items():
            if key in SPOKEN:
                continue
            is_address = key.rpartition("}")[2] == "href" or "url(" in value.replace("url(#", "")
            if key.startswith("on") or is_address:
                yield f"{name} has {key}={value[:60]!r}"


def _of_markdown(text: str, harmless: str) -> Iterator[str]:
    """Yield what differs in the blocks and marks of two texts."""
    yield from _steering(text)
    one, other = (tokens_of(each) for each in (text, harmless))
    if one != other:
        pairs = zip(one, other, strict=False)
        place = next((at for at, (a, b) in enumerate(pairs) if a != b), -1)
        yield f"token {place} of {len(one)} is {one[place]!r}, was {other[place]!r}"


def tokens_of(text: str) -> list[str]:
    """Return the blocks of a Markdown text, each with the marks within it, without its words."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return [
        " ".join([token.type, *(one.type for one in token.children or () if one.type not in WORDS)])
        for token in reader.parse(text)
    ]


WORDS = {"text", "text_special"}
"""What is within a block and no mark."""


def _of_sheet(text: str) -> Iterator[str]:
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            yield from _steering(cell)
            if "\n" in cell:
                yield "a cell has two lines"
            if cell.startswith(FORMULA) and not NUMBER.fullmatch(cell):
                yield f"a cell is computed: {cell[:60]!r}"


class Tried(NamedTuple):
    """What became of one payload."""

    payload: str
    refused: str
    effects: tuple[tuple[str, str], ...]


def attempt(payload: str) -> Tried:
    """Show a pack with one payload in all of its words, and hold it against harmless ones."""
    harmless = made(HARMLESS)  # raises if the pack is refused whatever its words say
    try:
        shown = made(payload)
    except DetenteError as fault:
        steered = tuple(("terminal", one) for one in _steering(str(fault)))
        return Tried(payload, str(fault), steered)
    return Tried(payload, "", tuple(judge(shown, harmless)))


def made(words: str) -> Shown:
    """Return all that shows a pack with such words; what harmless ones make is made once."""
    if words == HARMLESS and KEPT:
        return KEPT[0]
    with tempfile.TemporaryDirectory() as folder:
        shown = show(Path(folder), armed_pack(PACK, words)[0])
    if words == HARMLESS:
        KEPT.append(shown)
    return shown


KEPT: list[Shown] = []
"""What harmless words make, in this process."""


def main() -> int:
    """Try all payloads and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payloads", type=int, default=len(PAYLOADS), help="only so many, spread")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    chosen = PAYLOADS[:: max(1, len(PAYLOADS) // asked.payloads)]
    found: Counter[str] = Counter()
    refused = 0
    with ProcessPoolExecutor(asked.processes) as pool:
        for one in pool.map(attempt, chosen):
            refused += bool(one.refused)
            if one.refused:
                print(f"refused {one.payload[:60]!a}: {one.refused[:200]!a}", flush=True)
            for sink, fault in one.effects:
                found[sink] += 1
                print(f"EFFECT {sink}: {one.payload[:60]!a}: {fault!a}", flush=True)
    _, fields = armed_pack(PACK, HARMLESS)
    return _report(len(chosen), refused, fields, found)


def _report(tried: int, refused: int, fields: Counter[str], found: Counter[str]) -> int:
    plain = re.compile(r"[a-z0-9][a-z0-9-]{0,80}\.html")
    found["file names"] += sum(not plain.fullmatch(default_name(one)) for one in PAYLOADS)
    print(f"{len(fields)} kinds of free text, {sum(fields.values())} places: {', '.join(fields)}")
    print(f"{tried} payloads in each; {refused} refused by the reader, the others shown")
    for sink in ("page", "served", "picture", "markdown", "sheet", "terminal", "file names"):
        print(f"{sink}: {found[sink]} effects")
    return int(bool(found.total()))


if __name__ == "__main__":
    sys.exit(main())
