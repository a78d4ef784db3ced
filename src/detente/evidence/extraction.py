"""The text within an HTML page or a PDF file."""

import io
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from detente.errors import DetenteError, from_extra

Extraction = Callable[[bytes, str], str]
"""From the bytes of a file, and where it lies, to the text within."""

START = 1024
"""A file shows in its first bytes what it is."""
HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article)\b", re.I | re.S
)
SUFFIXES = (".htm", ".html", ".xhtml")

NO_TEXT = ("script", "style", "noscript", "template", "svg", "form", "button", "iframe")
AROUND = ("nav", "header", "footer", "aside")
"""What stands around the text of a page, where the page does not mark the text itself."""
BLOCKS = (
    *("address", "article", "blockquote", "br", "caption", "dd", "div", "dt", "figcaption", "h1"),
    *("h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "td", "th"),
    *("tr", "ul"),
)
"""Elements that begin a paragraph of their own."""


def extraction_for(content: bytes, name: str) -> Extraction | None:
    """Return what gets the text out of a file; nothing if the file is its own text."""
    if content.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return from_pdf
    if name.lower().endswith(SUFFIXES) or HTML.match(content[:START].removeprefix(b"\xef\xbb\xbf")):
        return from_html
    return None


def from_html(content: bytes, where: str) -> str:
    """Return the text of a page, a paragraph a line, with blank lines between.

    It is that of its one `article`, else of its `main`, else of all but menus, head and foot.

    Raises `DetenteError` if the extra `read` is missing, or the page holds no text.
    """
    html = from_extra("read", "lxml.html", needs="reading HTML", where=where)
    parser = html.HTMLParser(encoding=_encoding(content), huge_tree=True, remove_comments=True)
    page = html.document_fromstring(content.strip() or b"<p>", parser=parser)
    _drop(page, NO_TEXT)
    walk = html.etree.iterwalk(_body(page), events=("start", "end"))
    paragraphs = (" ".join(one.split()) for one in _paragraphs(walk))
    return _some_text("\n\n".join(filter(None, paragraphs)), "the page", where)


def _encoding(content: bytes) -> str | None:
    """Return UTF-8 for what is that; of other pages their own word counts."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _drop(page: Any, names: Iterable[str]) -> None:
    for element in list(page.iter(*names)):
        if element.getparent() is not None:
            element.drop_tree()


def _body(page: Any) -> Any:
    """Return the element that holds the text of a page."""
    articles = list(page.iter("article"))
    if len(articles) == 1:
        return articles[0]
    main = next(page.iter("main"), None)
    if main is not None:
        return main
    _drop(page, (*AROUND, "head"))
    return page


def _paragraphs(walk: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """Yield the text of an element, block by block, from a walk over its elements."""
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
    """Return the text of a PDF file, line by line, with a line end after each page.

    Raises `DetenteError` if the extra `read` is missing, or the file is damaged, locked or holds no
    text, as a picture of a page does.
    """
    pypdf = from_extra("read", "pypdf", needs="reading PDF", where=where)
    logging.getLogger("pypdf").disabled = True  # it speaks of each oddity on the standard error
    try:
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    # What a damaged file makes the library raise has no class of its own.
    except Exception as fault:
        hint = "save its text, in UTF-8, and give that"
        raise DetenteError(f"no PDF that can be read: {fault}", where=where, hint=hint) from fault
    return _some_text("\n".join(pages), "the file", where)


def _some_text(text: str, what: str, where: str) -> str:
    if not text.strip():
        hint = "a picture of text has to be turned into text first"
        raise DetenteError(f"{what} holds no text", where=where, hint=hint)
    return text.encode(errors="replace").decode()
