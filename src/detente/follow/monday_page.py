"""The weekly page, of 400 words: observations, moved forecasts, results, signs to watch."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from detente import rooms
from detente.disk import refuse_taken, write_whole
from detente.errors import DetenteError, on_disk
from detente.follow.monday import Monday, Waiting
from detente.follow.views import NONE, RESULTS
from detente.questions.drivers.inputs import titled
from detente.questions.wording import count, in_full, in_short, number, points, span
from detente.text import brief, capitalised, slug
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
from detente.views.render.html import to_single as to_html
from detente.views.render.markdown import to_single as to_markdown

FEW = 3
"""Upper limit on the news of each kind; `detente track` and the pack have all."""
MOST_MOVED = 4
OTHERS = {"structure": "sources and structure"}
"""Words for groups of differences between packs."""
LONGEST = 14
"""Upper limit on the length of a claim or a source [words]."""


def section(found: Monday) -> Section:
    """Return the page of news."""
    basis = found.tracked.last.basis
    return Section(
        key="monday",
        title=f"What is new since {in_full(found.since)}?",
        about=(f"{basis.title}, in this model, on {in_full(found.on)}",),
        answer=(_answer(found),),
        blocks=tuple(_blocks(found)),
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


def _blocks(found: Monday) -> Iterator[Block]:
    seen = [f"{in_full(one.date)}: {one.says} ({one.by}, {one.source})" for one in found.seen]
    claims = [
        f"{in_full(one.date)}: {one.says} ({one.by}, graded {one.grade}; {accepted})"
        for one in found.claims.values()
        for accepted in [_accepted((one.accepted_by,))]
    ]
    yield _listing("What was seen", [*seen, *claims], "nothing was recorded")
    yield from _moved(found)
    yield _listing("What was changed in the pack, and by whom", list(_changes(found)), "nothing")
    yield _listing("What came", list(_came(found)), "no question was decided")
    yield Sentence(_scores(found))
    yield _listing(f"To watch until Monday, {in_full(found.next)}", list(_watch(found)), "nothing")


def _short(text: str) -> str:
    words = brief(text).split()
    return " ".join(words[:LONGEST]) + (" …" if len(words) > LONGEST else "")


def _listing(title: str, items: Sequence[str], otherwise: str) -> Listing:
    """Return the first few news of a kind, and the number of the others."""
    shown = [_short(one) if len(one.split()) > 2 * LONGEST else one for one in items[:FEW]]
    left = [f"{len(items) - FEW} more"] if len(items) > FEW else []
    return Listing(title, (*shown, *left) or (otherwise,))


def _accepted(by: Iterable[str | None]) -> str:
    names = ", ".join(filter(None, by))
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


def _changes(found: Monday) -> Iterator[str]:
    for one in found.changes:
        title = one.field if found.packs is None else titled(one.field, found.packs[1])
        on = f" on {', '.join(one.because)}" if one.because else " on a reason in words"
        if one.before == one.after:
            values = f"rests{on}, its range as it was"
        else:
            values = f"was {one.before or NONE}; is {one.after or NONE},{on}"
        yield f"{title} ({one.field}): {values} ({_accepted(one.by)})"
    others = [f"{many} in {OTHERS.get(group, group)}" for group, many in found.others.items()]
    if others:
        yield f"also {', '.join(others)}; detente diff lists them"


def _came(found: Monday) -> Iterator[str]:
    for one in found.came:
        base = [] if one.base is None else [f"base rate {in_short(one.base)} %"]
        views = (f"{who} {in_short(share)} %" for who, share in one.others.items())
        against = ", ".join([f"forecast {in_short(one.share)} %", *base, *views])
        came = f"{RESULTS[one.result]}, {in_full(one.on)}"
        yield f"{_asked(found, one.question)}: {came} ({against}; {one.by}, {one.source})"


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


def _watch(found: Monday) -> Iterator[str]:
    sign = found.first
    if sign:
        yield sign
    else:
        why = found.signs if isinstance(found.signs, str) else "none clearly tells anything"
        yield f"Signs: {why}."
    for title, waiting in (("Ended, to be resolved", found.late), ("Ends", found.due)):
        yield from _named(found, title, waiting)


def _named(found: Monday, title: str, waiting: Iterable[Waiting]) -> Iterator[str]:
    parts = [f"{_asked(found, one.question)} ({in_short(one.share)} %)" for one in waiting]
    if parts:
        left = f" and {len(parts) - FEW} more" if len(parts) > FEW else ""
        yield f"{title}: {', '.join(parts[:FEW])}{left}"
