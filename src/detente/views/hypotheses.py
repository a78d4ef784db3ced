"""Whether the hypotheses about the crisis hold in this model: each test with its result."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from detente.ensemble.advice import command_to_grow
from detente.ensemble.run import Run
from detente.pack import Crisis
from detente.questions.hypotheses import Hypotheses, Tested
from detente.questions.hypotheses.verdicts import FEWEST_WORLDS, Result
from detente.questions.wording import (
    VERDICTS,
    number,
    points,
    sized,
    sized_cells,
    unit_of_change,
)
from detente.text import between, capitalised
from detente.views.blocks import (
    INTERVAL,
    Block,
    Card,
    Cards,
    Column,
    Command,
    Method,
    Section,
    Table,
    Words,
    columns,
    listed,
    number_columns,
    plain,
    says,
)
from detente.views.record import method
from detente.views.trace import subject

TITLE = "Do the pack's hypotheses hold in this model?"


READ = (
    "In brackets: the 90 % interval of the mean. Across assumptions: the 5th to 95th percentile of "
    "single sets of assumptions, without sampling noise. "
    "Supported: the interval lies beyond the threshold. Rejected: it does not reach beyond it. "
    "Small: a share that moves by less than a point. Cannot tell: the interval allows both.",
    "Tests intervene: they change fields and play again. A verdict holds for this model and the "
    "pack's ranges. If its number is near the threshold, other random draws may change it.",
)


def section(found: Hypotheses) -> Section:
    """Return the page with the verdict on each hypothesis of a pack and its test results."""
    run, record = found.run, found.run.record
    total = record.settings.worlds
    of_all = "" if found.worlds == total else f" of the run's {total}"
    more = command_to_grow(run.folder, record, worlds=2 * total)
    if found.worlds < total:
        more = f"detente hypotheses {run.in_command} --worlds {total}"
    return Section(
        key="hypotheses",
        title=TITLE,
        about=(
            subject(record),
            f"{found.worlds}{of_all} sets of assumptions, played again with the "
            "changes of each test, on the same draws",
        ),
        answer=tuple(_answer(found)),
        blocks=tuple(_blocks(found)),
        method=_method(run),
        reading=READ,
        next=(
            Command("more assumptions", more),
            Command(
                "who holds what, and on what grounds",
                f"detente evidence {run.folder_in_command}",
            ),
        ),
    )


def in_report(run: Run, crisis: Crisis, found: Hypotheses | None) -> Section:
    """Return the verdicts, or the hypotheses and the command that tests them if untested.

    What rejects each, and each test, is a file here; `detente hypotheses --all` prints it as cards.
    """
    if found is not None:
        shown = section(found)
        tables = (block for block in shown.blocks if isinstance(block, Table))
        return replace(shown, blocks=(*tables, _tests(found)))
    if not crisis.hypotheses:
        return Section("hypotheses", TITLE, ("The pack holds no hypotheses.",), (), _method(run))
    return Section(
        key="hypotheses",
        title=TITLE,
        answer=(
            "The hypotheses of the pack have not been tested on this run yet. Each names the "
            "result that would reject it.",
        ),
        blocks=(
            Command(
                "The tests play the run's sets of assumptions again, which takes minutes "
                "(--dry-run says how many); ask for them, then write the report again, or add "
                "--complete:",
                f"detente hypotheses {run.in_command}",
            ),
            _held(crisis),
        ),
        method=_method(run),
    )


def held(crisis: Crisis) -> Section:
    """Return the page on the hypotheses of a pack, what would reject each, and who holds it."""
    return Section(
        key="held",
        title="Hypotheses of the pack",
        answer=("Hypotheses change nothing in play; detente hypotheses RUN tests them.",),
        blocks=(_held(crisis),),
    )


def _held(crisis: Crisis) -> Table:
    rows = []
    for key, one in crisis.hypotheses.items():
        behind = [*one.because, *((f"assumed: {one.assumed}",) if one.assumed else ())]
        rows.append((one.says, one.rejected_if, ", ".join(behind), key))
    return Table(
        "hypotheses",
        "Hypotheses, and the result that would reject each",
        columns("Hypothesis", "Rejected if", "Grounds", "Key"),
        tuple(rows),
    )


def _method(run: Run) -> Method:
    return method(
        run,
        how="Each hypothesis is written with the result that would reject it, then tested by "
        "changing fields and playing again on the same draws.",
        left_out="A verdict is about this model; the world may differ.",
        would_change="Another reading of the same documents, and wider ranges: a verdict has "
        "to hold across assumptions.",
    )


def _answer(found: Hypotheses) -> Iterator[Words]:
    counts: Counter[str] = Counter(one.verdict for one in found.tested)
    parts = [f"{counts[key]} {word}" for key, word in VERDICTS.items() if counts[key]]
    yield f"Verdicts in this model: {'; '.join(parts)}."
    weighing = found.run.weighing_of(found.worlds)
    left = found.worlds if weighing is None else weighing.effective
    if left < FEWEST_WORLDS:
        here = "" if weighing is None else f"; weighed, these {found.worlds} count as {left:.0f}"
        yield f"Note: a verdict needs at least {FEWEST_WORLDS} sets of assumptions{here}."


def _blocks(found: Hypotheses) -> Iterator[Block]:
    placed = list(enumerate(found.tested, 1))
    yield Table(
        "hypotheses",
        f"Verdicts, from {found.worlds} sets of assumptions",
        (
            Column("Hypothesis"),
            Column("Verdict"),
            Column("Size, by the deciding test (90 % interval)", origin="modelled"),
            Column("Key"),
        ),
        tuple(
            (f"{place}. {one.hypothesis.says}", VERDICTS[one.verdict], _basis(one), one.id)
            for place, one in placed
        ),
    )
    yield Table(
        "hypotheses-tests",
        "All tests: + supports the hypothesis, - speaks against it, = is not certain",
        (
            Column("Of"),
            Column("What was measured"),
            Column(""),
            *number_columns("Estimate", INTERVAL),
            Column("Verdict"),
        ),
        tuple(
            (f"{place}", f"{one.name}, {unit_of_change(one.unit)}", *_measured_in_cells(one))
            for place, tested in placed
            for one in tested.results
        ),
    )
    cards = []
    for one in found.tested:
        lines: list[Words] = [f"Rejected if: {one.hypothesis.rejected_if}."]
        for trial, results in zip(one.hypothesis.tests, one.by_test, strict=True):
            lines += [f"Test: {trial.says}.", *map(_result, results)]
        title = f"{one.hypothesis.says}: {VERDICTS[one.verdict]}"
        cards.append(Card(title, tuple(lines), one.command))
    yield Cards(
        "Tests, and what each found",
        "The command below a hypothesis tests it again.",
        tuple(cards),
        level="full",
    )


def _tests(found: Hypotheses) -> Table:
    """Return what would reject each hypothesis, and each test with its result, as a file."""
    return Table(
        "hypotheses-in-full",
        "The result that would reject each hypothesis, and each test in full",
        columns("Hypothesis", "Rejected if", "Test", "Result"),
        tuple(
            (one.hypothesis.says, one.hypothesis.rejected_if, trial.says, plain(_result(result)))
            for one in found.tested
            for trial, results in zip(one.hypothesis.tests, one.by_test, strict=True)
            for result in results
        ),
        is_apart=True,
    )


def _measured_in_cells(one: Result) -> tuple[str, str, str, str]:
    """Return the side of the threshold on which an interval is, the estimate, and the verdict.

    An estimate that could not be made gives the verdict and the reason.
    """
    verdict = VERDICTS[one.verdict]
    if math.isnan(one.estimate.value):
        return "", "", "", f"{verdict}: {one.why}"
    is_more, is_less = one.estimate.low > one.threshold, one.estimate.high < one.threshold
    is_held = is_more if one.expects == "more" else is_less
    sign = "+" if is_held else "-" if is_more or is_less else "="
    return sign, *sized_cells(one.estimate.scaled(one.scale)), verdict


def _basis(one: Tested) -> str:
    """Return the result that decides a verdict in words, and why there is none if so."""
    on = one.rests_on
    if on is None:
        return one.why
    parts = [f"{on.name}: {''.join(_measured(on))}"]
    if on.holds_in is not None:
        parts.append(f"holds in {number(100.0 * on.holds_in, 0)} % of assumptions")
    return ". ".join(map(capitalised, filter(None, (*parts, one.why))))


def _result(one: Result) -> Words:
    parts = [_measured(one)]
    if len(one.levels) > 1:
        levels = (sized(one.scale * level) for level in one.levels)
        parts.append(says("step by step {}", listed(levels)))
    low, high = one.estimate.spread
    if one.holds_in is not None:
        across = between(sized(one.scale * low), sized(one.scale * high))
        holds = points(one.holds_in, 0)
        parts.append(says("{} across assumptions; it holds in {} % of them", across, holds))
    parts.append(says(f"supported if {one.expects} than {{}}", sized(one.scale * one.threshold)))
    return says("{}: {}; verdict: {}", one.name, listed(parts, "; "), VERDICTS[one.verdict])


def _measured(one: Result) -> Words:
    """Return an estimate with its interval and unit, or words if nothing could be measured."""
    if math.isnan(one.estimate.value):
        return "not measured"
    unit = unit_of_change(one.unit)
    return says("{} ({}) {}", *sized_cells(one.estimate.scaled(one.scale)), unit)
