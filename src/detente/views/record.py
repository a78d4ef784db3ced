"""What a run and a pack contain: limits, method, reproduction, citation, handling marks."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from detente.ensemble.advice import command_of
from detente.ensemble.foundation import has_options
from detente.ensemble.record import BASE
from detente.ensemble.replay import Replay
from detente.ensemble.run import Run
from detente.errors import DetenteError
from detente.kernel.endings import Violence
from detente.pack import Crisis
from detente.pack.quantity import ALL_YEARS, Period, accepted
from detente.questions.past.record import RIVALS, TARGETS, criteria_named, record_shipped
from detente.questions.wording import count, estimate, first_worlds, number
from detente.text import between, capitalised
from detente.views import trace
from detente.views.blocks import (
    Column,
    Command,
    Listing,
    Method,
    Section,
    Sentence,
    Table,
    Words,
    columns,
    number_columns,
    says,
)

VERDICTS = {True: "same", False: "differs", None: "not compared"}
"""Words for the result of a comparison."""
CALLED = {"trigger": "rates by trigger", "base": "the base rate"}
"""Names of the reference forecasts that need no model."""
Tlp: TypeAlias = Literal["clear", "green", "amber", "amber+strict", "red"]
TLPS: tuple[Tlp, ...] = get_args(Tlp)


class HandlingMark(NamedTuple):
    """A handling mark: its label, the permitted recipients, its colour on black."""

    label: str
    says: str
    colour: str


MARKS: dict[str, HandlingMark] = {
    "clear": HandlingMark("TLP:CLEAR", "may be given to everybody", "#FFFFFF"),
    "green": HandlingMark("TLP:GREEN", "may be given to the community, not published", "#33FF00"),
    "amber": HandlingMark(
        "TLP:AMBER",
        "may be given within the organisation and to its clients, who need to know",
        "#FFC000",
    ),
    "amber+strict": HandlingMark(
        "TLP:AMBER+STRICT",
        "may be given within the organisation, to those who need to know",
        "#FFC000",
    ),
    "red": HandlingMark("TLP:RED", "for the eyes and ears of those who were given it", "#FF2B2B"),
}
"""Handling marks of the Traffic Light Protocol 2.0 (FIRST), with the colours it defines."""


def mark_of(tlp: str) -> HandlingMark:
    """Return a handling mark; raise DetenteError if there is none of this name."""
    if tlp not in MARKS:
        raise DetenteError(f"there is no mark {tlp!r}", where="tlp", hint=f"use {', '.join(TLPS)}")
    return MARKS[tlp]


BOUNDS = (
    "It says what follows in this model; it does not predict, and it names no targets and no "
    "routes."
)
"""Limits of a report."""


def limits(run: Run) -> Section:
    """Return the section on what the model leaves out."""
    return Section(
        key="limits",
        title="Limits",
        answer=(f"This is analysis at the strategic level on open literature. {BOUNDS}",),
        blocks=(_left_out(run),),
    )


def _left_out(run: Run) -> Listing:
    return Listing("Not in this model", tuple(run.record.limits))


def foot(run: Run) -> Section:
    """Return the last section of a run's results: its folder, limits, and next questions."""
    return Section(
        key="run",
        title="The run",
        answer=(f"It lies in {run.folder} (checksum {run.digest[:12]}).",),
        blocks=(*doubts(run), _left_out(run)),
        next=tuple(next_commands(run)),
    )


def doubts(run: Run) -> Iterator[Sentence]:
    """Yield warnings that every reader of a run needs.

    They name the weighing of worlds, if any, and why the run is unreliable, if it is: unsettled
    decisions, or broken laws.
    """
    if run.weighing is not None:
        yield Sentence(f"{capitalised(run.weighing.says)}.")
    try:
        run.refuse_failed()
    except DetenteError as fault:
        yield Sentence(f"Do not rely on this run: {fault.what}; {fault.hint}.")


def next_commands(run: Run) -> Iterator[Command]:
    """Yield commands for the next questions about a run."""
    # The first future with war, or else the first future.
    world, future = 0, 0
    for rows in run.rows():
        wars = np.flatnonzero(rows["violence"] >= Violence.WAR)
        if len(wars):
            world, future = int(rows["world"][wars[0]]), int(rows["future"][wars[0]])
            break
    folder, pack = run.in_command, shlex.quote(run.record.source)
    yield Command(
        "one course of events",
        f"detente trace {run.folder_in_command} --future {world}:{future}",
    )
    if len(run.options) > 1:
        yield Command("what options change", f"detente compare {folder}")
    elif has_options(run.folder):
        yield Command("what options would change", f"detente run {pack} --options all")
    yield Command("what the numbers rest on", f"detente evidence {pack}")
    yield Command("the report", f"detente report {folder}")


def stored(run: Run) -> Section:
    """Return the page on the crisis, size and folder of a run, from its record alone."""
    record, settings = run.record, run.record.settings
    size = f"{settings.played:,} courses of events over {settings.worlds} sets of assumptions"
    rows = (
        ("folder", str(run.folder)),
        ("options", ", ".join(run.options)),
        ("seed", str(settings.seed)),
        ("digest", "unfinished" if record.outcome is None else run.digest),
        ("to see more", "summarise(run) gives its endings, run.to_pandas() its futures"),
    )
    return Section(
        key="stored",
        title=f"{record.title}, in this model: {size}",
        answer=(),
        blocks=(Table("stored", "Contents of the run", columns("", ""), rows),),
    )


def reproduction(run: Run) -> Section:
    """Return the page on how to play a run again and how to cite it."""
    record, settings, where = run.record, run.record.settings, run.record.environment
    rows = [
        ("Pack", f"{record.name}, as of {record.as_of}"),
        ("Checksum of the pack", record.pack),
        ("Checksum of the numbers", record.resolved),
        ("Checksum of the run", run.digest),
        ("Checksum of the model", record.model),
        ("Version", f"detente {record.package}"),
        ("Commit", record.commit or "not known"),
        ("Seed", f"{settings.seed}"),
        (
            "Size",
            f"{settings.worlds} sets of assumptions x {settings.futures_of_a_world} courses of "
            "events",
        ),
    ]
    if settings.shared_worlds < settings.worlds:
        worlds = first_worlds(settings.shared_worlds, settings.worlds)
        rows.append(("Options", f"in the {worlds}"))
    rows += [
        ("Grid and horizon", f"{settings.grid}, {settings.horizon} days"),
        ("Environment", f"Python {where.python}, numpy {where.numpy}, numba {where.numba}"),
        ("Machine", where.platform),
        ("Played", between(record.started, run.outcome.finished)),
    ]
    return Section(
        key="reproduction",
        title="How to reproduce and cite",
        answer=("The same version, pack and settings give the same checksum on every machine.",),
        blocks=(
            Command("Play it again:", command_of(settings, record.source)),
            Command("From Python:", record.call),
            Command("Check this run:", f"detente replay {run.folder_in_command}"),
            Table("record", "The run's record", columns("What", "Value"), tuple(rows)),
            Command("Cite as:", citation(run)),
        ),
    )


def citation(run: Run) -> str:
    """Return the citation of a run, in the format of CITATION.cff."""
    record = run.record
    return (
        f"The Detente authors. Detente (version {record.package}) [computer software]. Pack "
        f"{record.name} {record.pack[:12]}, seed {record.settings.seed}, run {run.digest}."
    )


def replayed(done: Replay) -> Section:
    """Return the page on whether a replayed run equals the stored one, and what differs."""
    record = done.run.record
    heads = columns("What", "Verdict", "Stored, and played again")
    checks = tuple((one.subject, VERDICTS[one.is_same], one.says) for one in done.checks)
    blocks = [Table("replay", "Comparison of the stored run and the replay", heads, checks)]
    if done.columns:
        world, index = done.scope.future or (0, 0)
        blocks.append(
            Table(
                "replay-columns",
                f"Course of events {world}:{index}, option {done.scope.options[0]}",
                (Column("Column"), *number_columns("stored", "played"), Column("")),
                tuple(
                    (one.name, str(one.stored), str(one.played), VERDICTS[one.is_same])
                    for one in done.columns
                ),
            )
        )
    return Section(
        key="replay",
        title="Does the run replay identically?",
        about=(trace.subject(record), f"the run in {done.run.folder}"),
        answer=((done.verdict,),),
        blocks=tuple(blocks),
    )


def on_claims(evidence: Mapping[str, int]) -> str:
    """Return the words "on claims", with the number of inputs whose value a claim gives.

    Records of earlier versions lack that number.
    """
    return (
        f"on claims (which give a figure for {evidence['given']})"
        if "given" in evidence
        else "on claims"
    )


def pack(crisis: Crisis) -> Section:
    """Return the page on the content of a pack and the basis of its numbers."""
    numbers = crisis.numbers.values()
    unknown = sum(not number.is_fixed for number in numbers)
    claimed = sum(any(key in crisis.claims for key in number.because) for number in numbers)
    given = sum(bool(number.gives) for number in numbers)
    rows = [(actor.name, ", ".join(actor.roles)) for actor in crisis.model.actors.values()]
    rows += [
        ("numbers", f"{len(numbers)}, of which {unknown} are not known exactly"),
        ("rest on a claim", f"{claimed} numbers, on {count(len(crisis.claims), 'claim')}"),
        ("given by a claim", f"{given} of these; of the others the size is assumed"),
        ("options", ", ".join(crisis.options) or "none"),
    ]
    return Section(
        key="pack",
        title=f"{crisis.title}, as of {crisis.as_of}",
        answer=(),
        blocks=(Table("pack", "Contents of the pack", columns("", ""), tuple(rows)),),
    )


def method(run: Run, *, how: str, left_out: str, would_change: str, option: str = BASE) -> Method:
    """Return the notes on method below an answer, for the worlds of an option."""
    record = run.record
    settings = record.settings
    return Method(
        in_this_model=(
            f"{how} {settings.worlds_of(option):,} sets of assumptions x "
            f"{settings.futures_of_a_world:,} courses of events, as of {record.as_of}; pack "
            f"{record.pack[:12]}."
        ),
        left_out=(left_out,),
        would_change=(would_change,),
    )


def fared(period: Period = ALL_YEARS) -> Words:
    """Return a sentence on the forecasts of such models, as far as known for this one.

    `period`: years of the accepted set that the pack uses.
    """
    known, judged = accepted(period), record_shipped()
    past = known.provenance["history"]
    verdicts = []
    for target, title in TARGETS.items():
        rival = RIVALS[target]
        more, scores = judged.more[target], judged.brier[target]
        verdicts.append(
            says(
                f"forecasts of {title} were {_verdict(more)} than {CALLED[rival]} (Brier score "
                "{} against {}, difference {})",
                number(scores["model"], 3),
                number(scores[rival], 3),
                estimate(more["value"], more["low"], more["high"], 3),
            )
        )
    years = between(past["first"], past["last"])
    return says(
        f"Levels are fitted to {past['crises']} past crises of {years} by {known.rows} sets of "
        f"values. A fit to crises before {judged.before} alone was judged on {judged.crises} "
        f"crises of {between(judged.first, judged.last)}: {{}}, and {{}}. "
        "Rely on differences and reasons before levels.",
        *verdicts,
    )


def fared_in_short() -> Words:
    """Return a sentence on the model's forecasts against simple rates, on crises kept for it."""
    judged = record_shipped()
    scores = judged.brier["serious"]
    return says(
        f"On {judged.crises} crises of {between(judged.first, judged.last)} its forecasts of "
        f"serious clashes or war were {_verdict(judged.more['serious'])} than "
        f"{CALLED[RIVALS['serious']]} (Brier score {{}} against {{}}; lower is better).",
        number(scores["model"], 3),
        number(scores[RIVALS["serious"]], 3),
    )


def not_held() -> Words:
    """Say which of the things that are asked of such forecasts do not hold."""
    holds = record_shipped().holds
    missed = list(holds.values()).count(False)
    if not missed:
        return f"These forecasts pass all {len(holds)} tests set for them."
    named = criteria_named(holds, False)
    return f"These forecasts fail {missed} of the {len(holds)} tests set for them: {named}."


def _verdict(more: Mapping[str, float]) -> str:
    """Return whether a Brier score is better or worse than another, from the interval of `more`."""
    return (
        "better" if more["high"] < 0.0 else "worse" if more["low"] > 0.0 else "not clearly better"
    )
