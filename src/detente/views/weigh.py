"""What would have to be true for views of others to be right, and what would follow."""

from collections.abc import Iterable, Iterator

from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.weights import command_of
from detente.errors import DetenteError
from detente.pack.quantity import unit_in_words
from detente.questions import wording
from detente.questions.reweighting import Updated
from detente.questions.weigh import Weighed
from detente.questions.weigh.moved import MovedAssumption
from detente.questions.weigh.pins import Pins
from detente.questions.weigh.views import HeldView
from detente.questions.wording import (
    cells,
    count,
    in_full,
    interval,
    number,
    points,
    series,
    significant,
    span,
    titles,
)
from detente.text import between, capitalised
from detente.views import trace
from detente.views.blocks import (
    INTERVAL,
    Block,
    Command,
    Section,
    Sentence,
    Table,
    Words,
    columns,
    listed,
    says,
)

HEADLINES = ("force", "any_war", "deal")
"""Outcomes that the answer names."""
COLUMNS = {"scale=campaign": "a campaign as the first use of force"}
"""Words for conditions on columns that people may judge."""
QUARTERS = ("lowest quarter", "second", "third", "highest")
READ = (
    "Weights: as equal as possible (relative entropy) while the run agrees with the view. "
    "Intervals: jackknife over scrambles, with the weights computed again without each. For the "
    "view itself, the interval is sampling error alone.",
    "An assumption is named if its correlation with the weights exceeds the largest that chance "
    "would show among as many, in 19 of 20 cases. The range says how far it would have to move if "
    "all unnamed assumptions stayed as they are. With --try the range is fitted to one half of "
    "new sets of assumptions, and tested on the other.",
)


def section(found: Weighed) -> Section:
    """Return the page on what would have to be true for views to be right."""
    run, settings = found.run, found.run.record.settings
    return Section(
        key="weigh",
        title="What would have to be true?",
        about=(
            trace.subject(run.record),
            f"{count(found.worlds, 'set')} of assumptions x {settings.futures_of_a_world} courses "
            f"of events of option {found.option}, weighed; the run stays as it is",
        ),
        answer=tuple(answer(found)),
        blocks=tuple(_blocks(found)),
        reading=READ,
        next=tuple(_next(found)),
    )


def judged(found: Weighed | DetenteError) -> Section:
    """Return the section on a run re-weighted to agree with the judgements of its pack."""
    title = "With the judgements of the pack"
    if isinstance(found, DetenteError):
        says_why = f"The judgements of the pack cannot all hold in this run: {found}."
        return Section("judged", title, (says_why,))
    return Section(
        "judged",
        title,
        tuple(answer(found)),
        (_outcomes(found, HEADLINES),),
        next=tuple(_next(found)),
    )


def pinned(pins: Pins) -> Iterator[str]:
    """Yield lines on each influential number without a source, with a judgement to pin it."""
    if pins.run is None:
        return
    for one in pins.numbers:
        view, shares = one.question, ", ".join(f"{100.0 * share:.0f}" for share in one.quarters)
        decides = titles(pins.run.record)[one.outcome]
        yield (
            f"{one.title} ({one.field}) rests on no source and decides {decides}. A judgement "
            f"on this question would narrow it: how likely is {question(pins.run, view)}? The run "
            f"has {shares} %, by quarter of this number."
        )
        given = f"given = {list(view.given)}".replace("'", '"')
        low, high = (
            round(max(0.01, min(0.99, end)), 2) for end in (min(one.quarters), max(one.quarters))
        )
        yield f"  [judgements.{one.key}]"
        yield f'  outcome = "{view.outcome}"'
        yield from [f"  {given}"] if view.given else []
        yield f"  probability = [{low}, {high}]"
        yield '  who = "your name"'
        yield '  reason = "in words"'


def question(run: Run, view: HeldView) -> str:
    """Return the question of a view, such as: use of force by 31 March 2026, given talks failed."""
    called = titles(run.record)
    given = [called.get(one, one) for one in view.given]
    condition = f", given {series(given)}" if given else ""
    title = called.get(view.outcome, COLUMNS.get(view.outcome, view.outcome))
    return f"{title} by {in_full(run.record.date_of(view.day))}{condition}"


def held(view: HeldView) -> Words:
    """Return the probability of a view in words: 40 % or 30 to 50 %."""
    if view.low == view.high:
        return says("{} %", significant(100.0 * view.low))
    return says("{} %", interval(100.0 * view.low, 100.0 * view.high, 0))


def answer(found: Weighed) -> Iterator[Words]:
    """Yield sentences on the views, on what would have to be true, and on what would follow."""
    yield from (
        says(
            f"View: {{}}{',' if one.view.given else ''} in {{}}{{}}. The run has {{}} % ({{}} %).",
            question(found.run, one.view),
            held(one.view),
            f" ({one.view.who})" if one.view.who else "",
            wording.percent(one.before),
            wording.chance(one.before),
        )
        for one in found.views
    )
    yield from _true(found)
    part = found.weighing.effective / found.worlds
    yield says(
        "To agree with it, the sets of assumptions get unequal weights; their effective number is "
        "{} of {}{}.",
        number(found.weighing.effective, 0),
        f"{found.worlds}",
        "" if part > FEW else ": this version of the model can hardly agree",
    )
    called = titles(found.run.record)
    moved = tuple(
        says(
            "{} {} % instead of {}",
            called[key],
            *(
                points(one.value, _decimals(found.outcomes[key]))
                for one in found.outcomes[key][1::-1]
            ),
        )
        for key in HEADLINES
    )
    horizon = in_full(found.run.record.date_of(found.run.record.settings.horizon))
    yield says(f"In this model these weights give, by {horizon}: {{}}.", listed(moved))
    yield from (f"Note: {note}." for note in found.notes)


def _decimals(one: Updated) -> int:
    """Return the decimals with which the smaller of two shares has two significant figures."""
    return 0 if min(one.before.value, one.after.value) >= TENTH else 1


TENTH = 0.1
FEW = 0.15
"""With a smaller effective share of the worlds a view hardly fits the model."""


def _true(found: Weighed) -> Iterator[Words]:
    """Yield sentences on the assumptions that would have to differ, and whether a trial agrees."""
    numbers, trial = found.moved.numbers, found.trial
    if not numbers:
        yield "No single assumption stands out: many would have to differ a little."
        return
    ranges = listed(tuple(_moved(one) for one in numbers), "; ")
    if found.moved.is_enough:
        yield says("It would be enough if this were true: {}.", ranges)
    else:
        yield says(
            "This would have to be true, and other assumptions would have to move too: {}.", ranges
        )
    if trial is None:
        yield "This has not been tried on new sets of assumptions."
        return
    came = listed(
        tuple(
            says("{} % ({} %)", points(one.after.value, 0), span(one.after.low, one.after.high, 0))
            for one in trial.views
        )
    )
    verdict = "which confirms it" if trial.is_confirmed else "which does not confirm it"
    yield says(
        f"With the assumptions moved so, {trial.worlds} new sets of them give {{}}, {verdict}.",
        came,
    )


def _moved(one: MovedAssumption) -> Words:
    if one.is_switch:
        before, after = (100.0 * float(share) for share in one.likely)
        return says("{} in {} % of cases, now {} %", one.title, number(after, 0), number(before, 0))
    unit = f" {unit_in_words(one.unit)}" if one.unit else ""
    return says(
        "{} from {} to {}{}, now {}",
        one.title,
        significant(one.after[0], 2),
        significant(one.after[2], 2),
        unit,
        between(significant(one.before[0], 2), significant(one.before[2], 2)),
    )


def _blocks(found: Weighed) -> Iterator[Block]:
    run = found.run
    for place, one in enumerate(found.views):
        for moved in found.moved.numbers:
            shares = [quarter.share for quarter in moved.quarters[place]]
            names = ("if not so", "if so") if moved.is_switch else QUARTERS
            words = tuple(
                says("{} {} %", name, points(share.value, 0))
                for name, share in zip(names, shares, strict=False)
            )
            yield Sentence(
                says(
                    f"{capitalised(question(run, one.view))}, by “{moved.title}”: {{}}.",
                    listed(words),
                )
            )
    yield _outcomes(found, (*found.outcomes, *found.endings))
    if found.moved.numbers:
        yield Table(
            "weighed-assumptions",
            "Assumptions that would have to move: median, 5th to 95th percentile of sets of "
            "assumptions",
            columns("Assumption", "Unit", numbers=("now", "range", "would be", "range")),
            tuple(
                (
                    f"{one.title} ({one.field})",
                    unit_in_words(one.unit),
                    *(
                        cell
                        for low, middle, high in (one.before, one.after)
                        for cell in (significant(middle), _range(low, high))
                    ),
                )
                for one in found.moved.numbers
            ),
        )


def _outcomes(found: Weighed, keys: Iterable[str]) -> Table:
    """Return the table of outcomes with the weights and without."""
    called, shares = titles(found.run.record), {**found.outcomes, **found.endings}
    return Table(
        "weighed-outcomes",
        "Outcomes, in %: without the weights, and with them",
        columns("Share of", numbers=("without", INTERVAL, "with", INTERVAL, "differs", INTERVAL)),
        tuple(
            (
                called[key],
                *cells(shares[key].before),
                *cells(shares[key].after),
                *cells(shares[key].shift, signed=True),
            )
            for key in keys
        ),
    )


def _range(low: float, high: float) -> str:
    return between(significant(low), significant(high))


def _next(found: Weighed) -> Iterator[Command]:
    views = [one.view.written for one in found.views]
    again = command_of(found.run, views, found.option, found.name)
    if found.trial is None and found.moved.numbers:
        yield Command("try it on new sets of assumptions", f"{again} --try")
    if not found.name:
        yield Command("keep the weights", command_of(found.run, views, found.option, "NAME"))
    outcome = found.views[0].view.outcome
    if outcome in found.outcomes or outcome in found.endings:
        option = "" if found.option == BASE else f" --option {found.option}"
        weighed = f" --weighed {found.name}" if found.name else ""
        run = found.run.folder_in_command
        line = f"detente drivers {run}{weighed} --outcome {outcome}{option}"
        yield Command("what it turns on", line)
