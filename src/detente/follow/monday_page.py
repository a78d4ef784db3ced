"""The weekly page, of 400 words: observations, moved forecasts, results, signs to watch."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from detente import rooms
from detente.disk import refuse_taken, write_whole
from detente.errors import DetenteError, on_disk
from detente.follow.monday import Monday
from detente.follow.views import NONE, RESULTS
from detente.questions.drivers.inputs import titled
from detente.questions.wording import count, in_full, in_short, number, points, span
from detente.text import brief, capitalised, first_of, slug
from detente.views.blocks import (
    INTERVAL,
    Block,
    Column,
    Listing,
    Section,
    Sentence,
    Table,
    number_columns,
)
from detente.views.render.grid import Screen
from detente.views.render.html import to_single as to_html
from detente.views.render.markdown import to_single as to_markdown
from detente.views.render.terminal import to_text

MOST_WORDS = 400
MOST_MOVED = 4
OTHERS = {"structure": "sources and structure"}
"""Words for groups of differences between packs."""


class Limits(NamedTuple):
    """Upper limits on the news of each kind, and on the words of a text within one of them.

    Only such texts are cut, so that no item loses a value or a name; `detente track` and the pack
    have all.
    """

    items: int
    words: int

    def short(self, text: str) -> str:
        """Return the first words of a text."""
        words = brief(text).split()
        return " ".join(words[: self.words]) + (" …" if len(words) > self.words else "")

    def few(self, items: Iterable[str]) -> tuple[str, ...]:
        """Return the first few items, and the number of the others."""
        return first_of(tuple(items), self.items)


USUAL = Limits(3, 28)
FULL = (Limits(3, 14), Limits(2, 10), Limits(1, 8))
"""Limits for weeks with so much news that the page would be too long."""


def section(found: Monday) -> Section:
    """Return the page of news, as full as its limit on words allows."""
    page = _page(found, USUAL)
    for limits in FULL:
        if len(to_text([page], Screen(room=None)).split()) > MOST_WORDS:
            page = _page(found, limits)
    return page


def _page(found: Monday, limits: Limits) -> Section:
    basis = found.tracked.last.basis
    return Section(
        key="monday",
        title=f"What is new since {in_full(found.since)}?",
        about=(f"{basis.title}, in this model, on {in_full(found.on)}",),
        answer=(_answer(found),),
        blocks=tuple(_blocks(found, limits)),
    )


def default_name(found: Monday) -> Path:
    """Return the default file name of the page for Word."""
    return Path(f"{slug(found.tracked.last.basis.name, 'crisis')}-{found.on}.docx")


def write(found: Monday, place: Path, *, overwrite: bool = False) -> int:
    """Write the page in the format of its ending, whole or not at all; return its bytes.

    Raises `DetenteError` if the name has another ending, the file exists or cannot be written, or
    the program that writes it is missing.
    """
    ways: dict[str, Callable[[Section], bytes]] = {
        ".html": lambda page: to_html(page).encode(),
        ".md": lambda page: to_markdown(page).encode(),
    }
    ending = place.suffix.lower()
    if ending not in {*ways, ".docx"}:
        what = f"the page is not written as {place.suffix or 'a file without an ending'}"
        raise DetenteError(what, where=str(place), hint="end its name in .docx, .html or .md")
    refuse_taken(place, overwrite=overwrite)
    way = ways[ending] if ending in ways else rooms.load(rooms.DOCUMENTS, "section")()
    content = way(section(found))
    with on_disk("cannot be written", where=place, hint="free some space or give another name"):
        write_whole(place, content)
    return len(content)


def _answer(found: Monday) -> str:
    clear = sum(one.is_clear for one in found.moved)
    return (
        f"{count(len(found.seen), 'observation')}, {count(len(found.claims), 'new claim')}, "
        f"{count(len(found.changes), 'changed number')}; {clear} of "
        f"{count(len(found.moved), 'forecast')} clearly moved; "
        f"{count(len(found.came), 'question')} decided."
    )


def _blocks(found: Monday, limits: Limits) -> Iterator[Block]:
    short = limits.short
    seen = [
        f"{in_full(one.date)}: {short(one.says)} ({short(one.by)}, {short(one.source)})"
        for one in found.seen
    ]
    claims = [
        f"{in_full(one.date)}: {short(one.says)} ({short(one.by)}, graded {one.grade}; {accepted})"
        for one in found.claims.values()
        for accepted in [_accepted((one.accepted_by,), limits)]
    ]
    changes = [*limits.few(_changes(found, limits)), *_other_changes(found)]

    def listing(title: str, items: Iterable[str], otherwise: str) -> Listing:
        return Listing(title, tuple(items) or (otherwise,))

    yield listing("What was seen", limits.few([*seen, *claims]), "nothing was recorded")
    yield from _moved(found)
    yield listing("What came", limits.few(_came(found, limits)), "no question was decided")
    yield Sentence(_scores(found))
    yield listing(f"To watch until Monday, {in_full(found.next)}", _watch(found, limits), "nothing")
    yield listing("What was changed in the pack, and by whom", changes, "nothing")


def _accepted(by: Iterable[str | None], limits: Limits) -> str:
    names = ", ".join(limits.few(limits.short(name) for name in by if name))
    return f"accepted by {names}" if names else "nobody is named"


def _moved(found: Monday) -> Iterator[Block]:
    if not found.moved:
        yield Sentence("No forecast was asked before, so that none can have moved.")
        return
    # A forecast that is as it was to the printed decimal has not moved.
    moved = [one for one in found.moved if round(100.0 * one.difference, 1)]
    rows = tuple(
        (
            _asked(found, one.question),
            points(one.before),
            points(one.now),
            points(one.difference, signed=True),
            span(one.low, one.high),
        )
        for one in moved[:MOST_MOVED]
    )
    if not rows:
        yield Sentence("No forecast moved.")
        return
    heads = number_columns("Before, %", "Now, %", "Difference, points", INTERVAL)
    yield Table("monday-moved", "What moved", (Column("Question"), *heads), rows)
    left = len(found.moved) - len(rows)
    changed = [count(len(found.changes), "number")] if found.changes else []
    changed += [f"{many} in {group}" for group, many in found.others.items()]
    more = f" The other {count(left, 'forecast')} moved less clearly or less far." if left else ""
    if not any(one.is_clear for one in found.moved):
        yield Sentence(f"None of this is distinguishable from noise.{more}")
    elif changed:
        apart = "detente whatif says what a number moves"
        yield Sentence(f"Changed in the pack between the two: {', '.join(changed)}; {apart}.{more}")
    else:
        yield Sentence(f"Nothing was changed in the pack; see detente track.{more}")


def _asked(found: Monday, key: str) -> str:
    """Return the question with a key in words."""
    one = next(each for each in found.tracked.questions if each.key == key)
    return f"{capitalised(one.called)}, by {in_full(one.question.by)}"


def _changes(found: Monday, limits: Limits) -> Iterator[str]:
    for one in found.changes:
        title = one.field if found.packs is None else titled(one.field, found.packs[1])
        claims = ", ".join(limits.few(one.because))
        on = f" on {claims}" if claims else " on a reason in words"
        if one.before == one.after:
            values = f"rests{on}, its range as it was"
        else:
            before, after = (limits.short(value or NONE) for value in (one.before, one.after))
            values = f"was {before}; is {after},{on}"
        yield f"{title} ({one.field}): {values} ({_accepted(one.by, limits)})"


def _other_changes(found: Monday) -> Iterator[str]:
    others = [f"{many} in {OTHERS.get(group, group)}" for group, many in found.others.items()]
    if others:
        yield f"also {', '.join(others)}; detente diff lists them"


def _came(found: Monday, limits: Limits) -> Iterator[str]:
    for one in found.came:
        base = [] if one.base is None else [f"base rate {in_short(one.base)} %"]
        views = limits.few(f"{who} {in_short(share)} %" for who, share in one.others.items())
        against = ", ".join([f"forecast {in_short(one.share)} %", *base, *views])
        came = f"{RESULTS[one.result]}, {in_full(one.on)}"
        who = f"{limits.short(one.by)}, {limits.short(one.source)}"
        yield f"{_asked(found, one.question)}: {came} ({against}; {who})"


def _scores(found: Monday) -> str:
    scores = found.scores
    if not scores["questions"]:
        return "Scores so far: none, as no question is decided."
    base = "" if scores["base"] is None else f", base rates {number(scores['base'], 3)}"
    said = {
        "better": "better than base rates",
        "worse": "worse than base rates",
        "cannot_tell": "whether that is better than base rates cannot be said",
    }[scores["verdict"]]
    questions = count(scores["questions"], "question")
    reason = f", as {scores['reason']}" if scores["reason"] else ""
    own = number(scores["own"], 3)
    return f"Scores so far (Brier, lower is better): {own}{base}, over {questions}; {said}{reason}."


def _watch(found: Monday, limits: Limits) -> Iterator[str]:
    sign = found.first
    if sign:
        yield sign
    else:
        why = found.signs if isinstance(found.signs, str) else "none clearly tells anything"
        yield f"Signs: {why}."
    for title, waiting in (("Ended, to be resolved", found.late), ("Ends", found.due)):
        parts = [f"{_asked(found, one.question)} ({in_short(one.share)} %)" for one in waiting]
        if parts:
            yield f"{title}: {', '.join(limits.few(parts))}"
