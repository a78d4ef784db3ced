"""New articles in feeds and folders: cards, groups of doubles, relevance to a pack."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, NamedTuple

from detente.errors import DetenteError, from_extra, on_disk
from detente.evidence.document import SUFFIXES, from_html, read_document, read_whole
from detente.pack.crisis import Crisis
from detente.reading.bearing import NUMBER, bearing_claims, bearing_signs, field_words, suggested
from detente.reading.draft import ReadDocument, doubles_of, held_in, read_text
from detente.reading.fetching import MOST_BYTES, fetch
from detente.text import clean, free_key, slug

PARSER = Path(__file__).with_name("parse_feed.py")
PATIENCE = 20
"""Time limit for the parser of a feed [s]."""
READ = (*SUFFIXES, ".md", ".pdf", ".txt")
"""Endings of files that are articles."""
SEEN = "seen.sha256"
"""Name of the file with checksums of all articles read."""
SAME = 0.5
"""Least share of an article's sentences with doubles in another one that reports the same."""
MOST_ARTICLES = 500
"""Upper limit on the articles that are read from a folder at once."""


class Article(NamedTuple):
    """An article from a feed or a folder."""

    title: str
    text: str
    day: date | None
    path: Annotated[Path | None, "its file; None for an entry of a feed"]
    feed: Annotated[str, "the title of the feed"] = ""

    @property
    def digest(self) -> str:
        """Return the checksum that identifies it."""
        return sha256(self.text.encode()).hexdigest()


class News(NamedTuple):
    """New articles, and faults of sources."""

    documents: tuple[ReadDocument, ...]
    groups: Annotated[tuple[tuple[str, ...], ...], "keys of articles that report the same"]
    proposals: Annotated[
        Mapping[tuple[str, int], tuple[str, ...]],
        "what a sentence may concern, by document and index",
    ]
    known: Annotated[int, "articles that were read before"]
    late: Annotated[tuple[str, ...], "keys of articles dated after the pack's day"]
    faults: tuple[DetenteError, ...]
    digests: Annotated[tuple[str, ...], "checksums of new articles"]


def gather(
    sources: Sequence[str], folder: Path, *, crisis: Crisis | None = None, day: date | None = None
) -> News:
    """Return cards of new articles in feeds and folders; a failing source does not stop others.

    A source is the address or the file of a feed (RSS or Atom), or a folder of saved articles. New
    articles of feeds have paths in `folder`, which also has the list of all articles read; `day` is
    the date of articles without one.

    Raises `DetenteError` if no source can be read, or the extra `feeds` is missing.
    """
    articles: list[Article] = []
    faults: list[DetenteError] = []
    for source in sources:
        try:
            path = Path(source)
            if "://" not in source and path.is_dir():
                articles += _saved(path, faults)
            else:
                articles += _entries(source)
        except DetenteError as fault:
            faults.append(fault)
    if faults and not articles:
        raise faults[0]
    seen = seen_in(folder)
    unread: dict[str, Article] = {}
    known = 0
    for one in articles:
        is_known = one.digest in seen or bool(held_in(one.text, crisis))
        known += is_known
        # Identical texts are one article.
        if not is_known and one.digest not in unread:
            unread[one.digest] = one
    documents: dict[str, ReadDocument] = {}
    sources_of_pack = crisis.sources if crisis else {}
    for one in unread.values():
        key = free_key(slug(one.title, "article"), {**documents, **sources_of_pack})
        path = one.path or folder / f"{key}.txt"
        read = read_text(key, path, one.text, one.day or day)
        if read.cards:
            title = "" if one.path else one.title
            documents[key] = read._replace(title=title, publisher=one.feed)
    found = tuple(documents.values())
    late = [one.key for one in found if crisis and one.day and one.day > crisis.as_of]
    return News(
        tuple(sorted(found, key=lambda one: (one.day or date.min, one.key))),
        tuple(_groups(found)),
        {} if crisis is None else dict(_proposed(found, crisis)),
        known,
        tuple(late),
        tuple(faults),
        tuple(unread),
    )


def seen_in(folder: Path) -> set[str]:
    """Return the checksums of articles read before."""
    path = folder / SEEN
    return set(path.read_text(encoding="utf-8").split()) if path.is_file() else set()


def _saved(folder: Path, faults: list[DetenteError]) -> Iterator[Article]:
    """Yield the articles of a folder; those that cannot be read are added to `faults`."""
    with on_disk("the folder cannot be read", where=folder, hint="check the path"):
        paths = sorted(one for one in folder.iterdir() if one.suffix.lower() in READ)
    for path in paths[:MOST_ARTICLES]:
        try:
            yield Article(path.stem, read_document(path), None, path)
        except DetenteError as fault:
            faults.append(fault)


def _entries(source: str) -> Iterator[Article]:
    """Yield the entries of a feed."""
    from_extra("feeds", "feedparser", needs="reading a feed", where=source)
    if "://" in source:
        content = fetch(source)
    else:
        content = read_whole(
            Path(source), what="feed", wanted="a feed", cut="its newest entries", most=MOST_BYTES
        )
    if b"<!ENTITY" in content.upper():
        raise _no_feed(source, "it declares entities, which no feed needs")
    try:
        done = subprocess.run(  # noqa: S603  our own parser
            [sys.executable, "-P", str(PARSER)],
            input=content,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired as fault:
        raise _no_feed(source, f"reading it took more than {PATIENCE} s") from fault
    except ValueError as fault:
        raise _no_feed(source, "the program that reads it crashes") from fault
    # Of a feed that was cut off the parser makes an entry without words.
    has_words = any(one["title"] or one["html"] for one in found["entries"])
    if not has_words and (found["fault"] or not found["version"]):
        raise _no_feed(source, found["fault"] or "it is neither RSS nor Atom")
    feed = _line(found["title"])
    for one in found["entries"]:
        title = _line(one["title"])
        markup = f"<html><body><div>{one['html']}</div></body></html>".encode(errors="replace")
        try:
            text = from_html(markup, source)
        except DetenteError:  # an entry with only a headline
            text = ""
        whole = f"{title}\n\n{text}".strip().replace("\0", "")
        if whole:
            yield Article(title, f"{whole}\n", _day(one["day"]), None, feed)


def _line(text: str) -> str:
    return clean(" ".join(text.split()))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _no_feed(source: str, why: str) -> DetenteError:
    hint = "give the address or the file of a feed, or a folder of saved articles"
    return DetenteError(f"no feed that can be read: {why}", where=source, hint=hint)


def _groups(documents: Sequence[ReadDocument]) -> Iterator[tuple[str, ...]]:
    """Yield groups of articles of which each shares half of its sentences with another."""
    shared: dict[tuple[str, str], int] = {}
    for (key, _), double in doubles_of(documents).items():
        shared[key, double.source] = shared.get((key, double.source), 0) + 1
    sizes = {one.key: len(one.cards) for one in documents}
    groups = {key: {key} for key in sizes}
    for (key, other), many in shared.items():
        if many >= SAME * min(sizes[key], sizes[other]):
            joined = groups[key] | groups[other]
            groups.update(dict.fromkeys(joined, joined))
    yield from sorted({tuple(sorted(one)) for one in groups.values() if len(one) > 1})


def _proposed(
    documents: Iterable[ReadDocument], crisis: Crisis
) -> Iterator[tuple[tuple[str, int], tuple[str, ...]]]:
    """Yield signs, claims and numbers of a pack to which each sentence may be relevant."""
    known = field_words(crisis)
    for document in documents:
        for place, (sentence, card) in enumerate(
            zip(document.sentences, document.cards, strict=True)
        ):
            fields = suggested(sentence, card, known, are_written=True)
            found = (
                *(f"sign {key}" for key in bearing_signs(sentence, crisis)),
                *(f"claim {key}" for key in bearing_claims(sentence, known)),
                *(f"{NUMBER}{field}" for field in fields),
            )
            if found:
                yield (document.key, place), found
