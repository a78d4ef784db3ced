"""Chances by this model, by past crises of the kind and by others, side by side."""

from collections.abc import Iterator, Sequence

from detente.questions.drivers.inputs import titled
from detente.questions.strip import Gap, Strip, StripRow
from detente.questions.wording import (
    NAMES,
    in_full,
    in_short,
    range_in_short,
    series,
    short_date,
    stated,
)
from detente.text import capitalised
from detente.views import trace
from detente.views.blocks import (
    Bar,
    Bars,
    Block,
    Column,
    Command,
    Level,
    Listing,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    listed,
    number_columns,
    says,
)
from detente.views.record import method

TITLE = "What do past crises and others say?"
CAPTION = "Three views on one scale: chance by a date, in %"
CALLED = {"force": "force", "any_war": "war", "agreement": "an agreement"}
"""Short names of outcomes."""
MODEL, PAST, OTHERS, HALF, REST = "●", "◆", "a", "━", "·"
NOTHING = "-"
MOST_SAID = 2
"""Upper limit on the differences that the answer names."""
WHY = {
    "known_miss": "The model is known to miss past crises of this kind that way.",
    "unasked": "The cause is unknown until the drivers of this outcome are computed.",
    "unknown": "We cannot say why.",
}
"""Sentences for causes of a difference that need no further words."""
ALONE = (
    "There is nothing to compare the model with. Name past crises of this kind in [reference] in "
    "the pack; write what others think into outside.toml."
)
READING = (
    "Middle half: half of the sets of assumptions give a chance between these two; 5 to 95 %: "
    "nine in ten do. Sampling noise is removed from both. Past crises count from their first day. "
    "Nothing is averaged."
)


def section(found: Strip) -> Section:
    """Return the page on the three views."""
    head = headline(found)
    return Section(
        key="strip",
        title=TITLE,
        about=(
            trace.subject(found.run.record),
            "Chances in this model, among past crises of the kind, and by others",
        ),
        answer=(head,) if head else (),
        blocks=tuple(blocks(found, level="brief")),
        reading=(READING,),
        next=next_commands(found),
        method=method(
            found.run,
            how="Past crises and others are set next to the run, and change nothing in it.",
            left_out="How good forecasters and markets were before.",
            would_change="A kind of past crises in the pack, and views in outside.toml.",
        ),
    )


def in_brief(found: Strip) -> tuple[tuple[Words, ...], tuple[Block, ...]]:
    """Return the sentences on the three views for a brief, and their picture."""
    past = found.reference.source.partition(";")[0] if found.reference else ""
    why = tuple(_why(found, gap) for gap in _farthest(found)[:1])
    said = (headline(found), *why, f"Past: {past}." if past else "", *_tails(found), others(found))
    return tuple(filter(None, said)), (Picture("strip", found),)


def others(found: Strip) -> str:
    """Say whose views the letters stand for and when they were read, or that there are none."""
    views = "; ".join(found.who(one) for one in found.outside.views.values())
    return f"Others: {views or 'no view has been entered'}."


def headline(found: Strip) -> Words:
    """Return a sentence on the largest gaps between the model and other views; empty if none."""
    farthest = _farthest(found)
    if not farthest:
        return ""
    first = farthest[0].row.asked
    if all(one.view is None and one.row.asked.day == first.day for one in farthest):
        return says(
            "Similar past crises differ more than twofold from this model "
            f"by {in_full(first.date)}: {{}}.",
            listed(map(_past_share, farthest)),
        )
    parts = listed(map(_both, farthest), "; ")
    return says("This model differs more than twofold from other views: {}.", parts)


def _past_share(gap: Gap) -> Words:
    """Return the outcome of a gap to past crises, with their share."""
    past = gap.row.past
    if past is None:
        raise ValueError("the gap is not one between the model and past crises")
    outcome = gap.row.asked.outcome
    name = CALLED.get(outcome, NAMES[outcome])
    return says(f"{name} {{}} %", in_short(past.value, "reported"))


def _farthest(found: Strip) -> list[Gap]:
    """Return the largest gaps between the model and others, in descending order."""
    gaps = [gap for gap in found.gaps if gap.one == "model" and not gap.row.asked.given]
    return sorted(gaps, key=lambda gap: -gap.factor)[:MOST_SAID]


def blocks(found: Strip, *, level: Level = "full", at_horizon: bool = False) -> Iterator[Block]:
    """Yield the picture, notes on it, the holders of views, and (if full) the table.

    `at_horizon`: only rows of the horizon and rows with views of others.
    """
    horizon = found.run.record.settings.horizon
    rows = [one for one in found.rows if not at_horizon or one.others or one.asked.day == horizon]
    yield Picture("strip", found, _bars(found, rows))
    items = (*_tails(found), *causes(found))
    if items:
        yield Listing("The largest differences", items)
    yield from (Sentence(words, level="full") for words in past(found))
    if found.outside.views:
        yield Listing("Views of others", tuple(_views(found)), level="full")
    if level == "full":
        yield _table(found)


def past(found: Strip) -> Iterator[Words]:
    """Yield sentences on the past crises used, and on how to add a comparison if there is none."""
    if found.reference is not None:
        kind = found.reference.kind
        yield f"Past crises: {found.reference.source}. The kind of this crisis: {kind}."
    if not found.is_compared:
        yield ALONE


def next_commands(found: Strip) -> tuple[Command, ...]:
    """Return commands for the next questions if others differ from the model."""
    views = [gap.view for gap in found.gaps if gap.one == "model" and gap.view is not None]
    folder = found.run.folder_in_command
    return tuple(
        Command("what would have to be true for it", f"detente weigh {folder} --to view:{one.key}")
        for one in views[:1]
    )


def causes(found: Strip) -> Iterator[Words]:
    """Yield a sentence on the cause of each gap, as far as it is known."""
    for gap in found.gaps:
        yield says("{}. {}", _both(gap, is_first=True), _why(found, gap))


def _why(found: Strip, gap: Gap) -> Words:
    crisis = found.run.crisis_if_kept
    if gap.cause == "chance" and gap.row.past is not None:
        ends = range_in_short(*gap.row.past.interval[1:])
        return says("Past crises are so few that any chance in {} % fits them.", ends)
    if gap.cause == "unsourced" and crisis is not None:
        names = series([f"“{titled(path, crisis)}”" for path in gap.numbers])
        verbs = "has no source and moves" if len(gap.numbers) == 1 else "have no source and move"
        return f"Suspected cause: {names} {verbs} it more than most other inputs."
    return WHY.get(gap.cause, WHY["unknown"])


def _both(gap: Gap, *, is_first: bool = False) -> Words:
    """Return the question of a gap with both estimates."""
    question, past = asked(gap.row), gap.row.past
    figures: list[Words] = []
    if gap.one == "model" and gap.row.model is not None:
        figures.append(says("{} % here", in_short(gap.row.model.value)))
    if "past" in {gap.one, gap.other} and past is not None:
        figures.append(says("{} % in past crises of this kind", in_short(past.value, "reported")))
    if gap.view is not None:
        figures.append(says("{} % by {}", stated(gap.view.low, gap.view.high), gap.view.who))
    name = capitalised(question) if is_first else question
    return says("{}: {}" if is_first else "{} ({})", name, listed(figures))


def asked(row: StripRow) -> str:
    """Return the question of a row in short."""
    one = row.asked
    return f"{CALLED.get(one.outcome, NAMES[one.outcome])} by {in_full(one.date)}{row.given}"


def bars(rows: Sequence[Bar], heads: tuple[str, ...], between: str, *, shown: str) -> Bars:
    """Return the picture for a terminal; `between` explains the bars, `shown` lists the marks.

    Each row has three parts: up to the bar, the bar, and the rest.
    """
    names = ((MODEL, "this model"), (PAST, "past crises"), (OTHERS, "others"))
    return Bars(
        CAPTION,
        ((REST, ""), (HALF, between), (REST, "")),
        heads,
        tuple(rows),
        marks=tuple((mark, name) for mark, name in names if mark in shown),
        are_days=False,
    )


def _bars(found: Strip, rows: Sequence[StripRow]) -> Bars:
    """Return the picture of rows: a bar for the middle half of assumptions, marks for the views."""
    lines = []
    for row in rows:
        one, model = row.asked, row.model
        marks = [(view.middle, found.letters[view.key]) for view in row.others]
        marks += [] if row.past is None else [(row.past.value, PAST)]
        marks += [] if model is None else [(model.value, MODEL)]
        date = short_date(found.run.record, one.day)
        # A condition is shown with its view.
        given = f", if {found.letters[row.others[0].key]}" if one.given else ""
        name = CALLED.get(one.outcome, NAMES[one.outcome]).removeprefix("an ")
        label = f"{name}, {date}{given}"
        low, high = (0.0, 0.0) if model is None else one.middle_half
        lines.append(Bar(label, (low, high - low, 1.0), _cells(found, row), tuple(marks)))
    shown = MODEL + (PAST if found.reference else "") + (OTHERS if found.outside.views else "")
    heads = "", "model", "middle half", "past", "others"
    return bars(lines, heads, "middle half of assumptions", shown=shown)


def _cells(found: Strip, row: StripRow) -> tuple[str, ...]:
    others = (f"{stated(one.low, one.high)} {found.letters[one.key]}" for one in row.others)
    if row.model is None:
        figures: tuple[str, ...] = (NOTHING, NOTHING)
    else:
        figures = (in_short(row.model.value), range_in_short(*row.asked.middle_half))
    past = NOTHING if row.past is None else in_short(row.past.value)
    return (*figures, past, ", ".join(others) or NOTHING)


def _tails(found: Strip) -> Iterator[Words]:
    """Yield sentences on outcomes at the horizon whose mean is outside the middle half."""
    horizon = found.run.record.settings.horizon
    for row in found.rows:
        model = row.model
        if model is None or row.asked.day != horizon or row.asked.given:
            continue
        low, high = row.asked.middle_half
        if model.value > high:
            most, few, quarter, end = "under", "above", high, model.spread_high
        elif model.value < low:
            most, few, quarter, end = "above", "under", low, model.spread_low
        else:
            continue
        yield says(
            f"Three quarters of the assumptions put {asked(row)} {most} {{}} %, one in twenty "
            f"{few} {{}} %. These few pull the mean to {{}} %.",
            *map(in_short, (quarter, end, model.value)),
        )


def _views(found: Strip) -> Iterator[Words]:
    for row in found.rows:
        for one in row.others:
            said = stated(one.low, one.high)
            words = "{}: {}, {} %. Source: {}."
            yield says(words, found.who(one), asked(row), said, one.stated.source)


def _table(found: Strip) -> Table:
    rows = []
    for row in found.rows:
        model = row.model
        figures = (NOTHING,) * 4
        if model is not None:
            figures = (
                in_short(model.value),
                range_in_short(model.low, model.high),
                range_in_short(*row.asked.middle_half),
                range_in_short(*model.spread),
            )
        past = (NOTHING, NOTHING)
        if row.past is not None:
            past = in_short(row.past.value), range_in_short(row.past.low, row.past.high)
        others = (f"{one.who} {stated(one.low, one.high)}" for one in row.others)
        rows.append((capitalised(asked(row)), *figures, *past, "; ".join(others) or NOTHING))
    heads = "This model, %", "90 % interval", "Middle half", "5 to 95 % of assumptions"
    return Table(
        "three-views",
        CAPTION,
        (
            Column("Question"),
            *number_columns(*heads),
            *number_columns("Past crises, %", "90 % interval", origin="reported"),
            Column("Others, %", origin="reported"),
        ),
        tuple(rows),
        level="full",
    )
