"""Reads documents (text, HTML, PDF) and finds the passages that claims cite."""

import io
import logging
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NamedTuple

from detente.errors import DetenteError, from_extra, on_disk
from detente.evidence.claim import WHITE_SPACE, Passage, digest_of
from detente.opening import open_file

MOST_BYTES = 2 * 1024 * 1024
"""Largest text that is read: about a thousand pages."""
MOST_BYTES_WITH_PICTURES = 32 * 1024 * 1024
"""Largest HTML or PDF file that is read."""
MOST_PAGES = 5000
"""Most pages of a PDF file, which can list one page endlessly, and each takes time."""
FIRST = re.compile(r"(?<!\w)\w|[^\w\s]")
LAST = re.compile(r"\w(?!\w)|[^\w\s]")
"""Where a displaced passage may begin and end: at the edge of a word or at punctuation."""

Result = Literal["matches", "moved", "missing"]


class Found(NamedTuple):
    """The place of a claim's passage today, or none if it is missing."""

    claim: str
    result: Result
    start: int | None = None
    end: int | None = None
    line: int | None = None


class _Spread(NamedTuple):
    """A text with collapsed white space, and the original position of each character."""

    text: str
    places: Sequence[int]


def read_document(path: Path) -> str:
    """Return the text of a document, with line ends normalised.

    For HTML and PDF it is the text inside, which needs the extra `read`; positions of passages
    count in that text.

    Raises `DetenteError` if the document cannot be read, is too long, or is not text in UTF-8, HTML
    or PDF, or if the extra is missing.
    """
    content = read_whole(
        path, what="document", wanted="a text file", cut=CUT, most=MOST_BYTES_WITH_PICTURES
    )
    text_of = extraction_for(content, path.name)
    if text_of is not None:
        content = text_of(content, str(path)).encode()
    where, hint = str(path), "save the document as plain text in UTF-8"
    if len(content) > MOST_BYTES:
        raise _too_long("document", where, CUT, f"{_mebibytes(MOST_BYTES)} of text")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"not text in UTF-8 (byte {error.start})"
        raise DetenteError(found, where=where, hint=hint) from error
    if "\0" in text:
        raise DetenteError("not text: it holds zero bytes", where=where, hint=hint)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_whole(path: Path, *, what: str, wanted: str, cut: str, most: int = MOST_BYTES) -> bytes:
    """Return the bytes of a file that a user names, at most `most`.

    Raises `DetenteError` if it cannot be read or is too long; `wanted` says what the file should
    be, `cut` what it could be cut to.
    """
    where = str(path)
    hint = f"give {wanted} that you may read"
    with on_disk("cannot be read", where=where, hint=hint), open_file(path) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise _too_long(what, where, cut, _mebibytes(most))
    return content


CUT = "the pages that are cited"
"""Advice on what to cut a too long document to."""


def _too_long(what: str, where: str, cut: str, most: str) -> DetenteError:
    hint = f"cut it to {cut}: {most} are read"
    return DetenteError(f"the {what} is too long", where=where, hint=hint)


def _mebibytes(count: int) -> str:
    return f"{count // 1024**2} MiB"


def verify(passages: Mapping[str, Passage], text: str) -> tuple[Found, ...]:
    """Return the place of each claim's passage in a text, in order.

    A passage that is no longer in its place is searched for by its checksum, first with its length
    after white space is collapsed, then with its length in the document.
    """
    lost = {
        claim: passage
        for claim, passage in passages.items()
        if digest_of(text[passage.start : passage.end]) != passage.sha256
    }
    moved = _seek(lost.values(), text) if lost else {}
    found = []
    for claim, passage in passages.items():
        result: Result = "moved" if claim in lost else "matches"
        place = moved.get(passage.sha256) if claim in lost else (passage.start, passage.end)
        if place is None:
            found.append(Found(claim, "missing"))
        else:
            found.append(Found(claim, result, *place, text.count("\n", 0, place[0]) + 1))
    return tuple(found)


def _seek(lost: Iterable[Passage], text: str) -> dict[str, tuple[int, int]]:
    """Return the first place of each checksum in the text."""
    spread = _Spread(
        WHITE_SPACE.sub(" ", text),
        array("q", (match.start() for match in re.finditer(r"\s+|\S", text))),
    )
    wanted: dict[int, set[str]] = {}
    for passage in lost:
        wanted.setdefault(passage.end - passage.start, set()).add(passage.sha256)
    starts = [match.start() for match in FIRST.finditer(spread.text)]
    ends = {match.end() for match in LAST.finditer(spread.text)}
    found: dict[str, tuple[int, int]] = {}
    for length, digests in wanted.items():
        windows = ((start, start + length) for start in starts if start + length in ends)
        found |= _first(windows, digests, spread)
    if len(spread.text) == len(text):
        return found
    old_starts = [(start, spread.places[start]) for start in starts]
    new_ends = {spread.places[end - 1] + 1: end for end in ends}
    for length, digests in wanted.items():
        old_windows = _windows(old_starts, new_ends, length)
        found |= _first(old_windows, digests - found.keys(), spread)
    return found


def _windows(
    starts: Iterable[tuple[int, int]], ends: Mapping[int, int], length: int
) -> Iterator[tuple[int, int]]:
    """Yield windows of a length in the document that are shorter with collapsed white space."""
    for start, old_start in starts:
        end = ends.get(old_start + length)
        if end is not None and end - start < length:
            yield start, end


def _first(
    windows: Iterable[tuple[int, int]], digests: set[str], spread: _Spread
) -> dict[str, tuple[int, int]]:
    left, found = set(digests), {}
    for start, end in windows if digests else ():
        digest = sha256(spread.text[start:end].encode()).hexdigest()
        if digest in left:
            left.remove(digest)
            found[digest] = spread.places[start], spread.places[end - 1] + 1
            if not left:
                break
    return found


Extraction = Callable[[bytes, str], str]
"""Extracts the text from the bytes of a file; the second argument is its place, for errors."""

START = 1024
"""Number of bytes at the beginning that tell the type of a file."""
HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article)\b", re.I | re.S
)
SUFFIXES = (".htm", ".html", ".xhtml")

NO_TEXT = (
    *("script", "style", "noscript", "template", "svg", "form", "button", "iframe", "audio"),
    *("video", "canvas", "datalist"),
)
UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
"""Inline styles that hide an element; style sheets are not read."""
AROUND = ("nav", "header", "footer", "aside")
"""Elements left out of a page that does not mark its main text."""
BLOCKS = (
    *("address", "article", "blockquote", "br", "caption", "dd", "div", "dt", "figcaption", "h1"),
    *("h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "td", "th"),
    *("tr", "ul"),
)
"""Elements that start a new paragraph."""


def extraction_for(content: bytes, name: str) -> Extraction | None:
    """Return the extraction for a type of file, or None for plain text."""
    if content.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return from_pdf
    if name.lower().endswith(SUFFIXES) or HTML.match(content[:START].removeprefix(b"\xef\xbb\xbf")):
        return from_html
    return None


def from_html(content: bytes, where: str) -> str:
    """Return the text of a page, one paragraph a line, with blank lines between.

    It is that of its only `article`, else of its `main`, else of everything but menus, head and
    foot. Hidden elements are left out, since readers do not see them.

    Raises `DetenteError` if the extra `read` is missing, or the page holds no text.
    """
    html = from_extra("read", "lxml.html", needs="reading HTML", where=where)
    try:
        content.decode("utf-8")
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = None  # then the page's own word counts
    parser = html.HTMLParser(encoding=encoding, huge_tree=True, remove_comments=True)
    page = html.document_fromstring(content.strip() or b"<p>", parser=parser)
    _drop(page.iter(*NO_TEXT))
    _drop(filter(_is_hidden, page.iter("*")))
    body, articles = next(page.iter("main"), None), list(page.iter("article"))
    if len(articles) == 1:
        body = articles[0]
    if body is None:
        body = page
        _drop(page.iter(*AROUND, "head"))
    walk = html.etree.iterwalk(body, events=("start", "end"))
    paragraphs = (" ".join(one.split()) for one in _paragraphs(walk))
    hint = (
        "pictures and what the page hides are left out: save what it shows as text, and give that"
    )
    return _some_text("\n\n".join(filter(None, paragraphs)), "the page", where, hint)


def _drop(elements: Iterable[Any]) -> None:
    for element in list(elements):
        if element.getparent() is not None:
            element.drop_tree()


def _is_hidden(element: Any) -> bool:
    """Return whether an element is hidden; `aria-hidden` hides it from screen readers alone."""
    is_closed = element.tag == "dialog" and "open" not in element.attrib
    return is_closed or "hidden" in element.attrib or bool(UNSEEN.search(element.get("style", "")))


def _paragraphs(walk: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """Yield the text of an element by paragraphs, from a walk over its elements."""
    pieces: list[str] = []
    for event, element in walk:
        pieces.append((element.text if event == "start" else "") or "")
        if element.tag in BLOCKS:
            *before, last = pieces
            yield "".join(before if event == "start" else pieces)
            pieces = [last] if event == "start" else []
        pieces.append((element.tail if event == "end" else "") or "")
    yield "".join(pieces)


def from_pdf(content: bytes, where: str) -> str:
    """Return the text of a PDF file, with a line end after each page.

    Raises `DetenteError` if the extra `read` is missing, or the file is damaged, locked, too long,
    or holds no text, as a scanned page does.
    """
    pypdf = from_extra("read", "pypdf", needs="reading PDF", where=where)
    # Its loggers report each oddity on the standard error, in whatever characters the file has.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    pages: list[str] = []
    size = 0
    for page in _pages_of(pypdf, content, where):
        pages.append(page)
        size += len(page.encode(errors="replace"))
        if size > MOST_BYTES or len(pages) > MOST_PAGES:
            most = f"{_mebibytes(MOST_BYTES)} of text on {MOST_PAGES:,} pages"
            raise _too_long("document", where, CUT, most)
    hint = "a picture of text has to be turned into text first"
    return _some_text("\n".join(pages), "the file", where, hint)


def _pages_of(pypdf: Any, content: bytes, where: str) -> Iterator[str]:
    """Yield the text of a PDF file page by page, so that reading can stop early."""
    try:
        for page in pypdf.PdfReader(io.BytesIO(content)).pages:
            yield page.extract_text()
    # What a damaged file makes the library raise has no class of its own.
    except Exception as fault:
        hint = "save its text, in UTF-8, and give that"
        raise DetenteError(f"no PDF that can be read: {fault}", where=where, hint=hint) from fault


def _some_text(text: str, what: str, where: str, hint: str) -> str:
    if not text.strip():
        raise DetenteError(f"{what} holds no text", where=where, hint=hint)
    return text.encode(errors="replace").decode()
