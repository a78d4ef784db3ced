"""How wars begin and end: the first shot, its causes, why the fighting stops, and losses."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeGuard

from detente.estimate.quantiles import Quantiles
from detente.questions import wording
from detente.questions.causes import Causes
from detente.questions.course import Course
from detente.questions.summary import Summary
from detente.views import causes
from detente.views.blocks import (
    INTERVAL,
    WORLDS,
    Block,
    Command,
    Listing,
    Section,
    Sentence,
    Table,
    Words,
    columns,
    listed,
    says,
)
from detente.views.record import method

LOSS_UNIT = (
    "Losses are in percent of the value of all forces and bases that a side has there; losses of "
    "aircraft and of the economy are rated on the same scale."
)
LOSSES = {
    "Median losses of a war (90 % interval): {}.": "half",
    "Losses exceeded in 1 of 20 wars (90 % interval): {}.": "nineteen_in_20",
}
"""Sentences on losses, and the quantile that each reports."""
LOST = {
    "all": "all",
    "forces": "forces and bases",
    "aircraft": "aircraft",
    "economy": "economy and trade",
}
PERCENT = 100.0


def counted(summary: Summary, course: Course) -> Section:
    """Return the page on the beginnings, ends and costs of the wars of a run."""
    came = causes.first_shots(summary.base.war_shots, summary.run.record)
    return Section(
        key="beginnings",
        title="How do wars begin?",
        answer=tuple(causes.first(summary.base.war_shots)),
        blocks=(*came, *war_ends(summary), *costs(course)),
    )


def section(summary: Summary, course: Course, found: Causes | None) -> Section:
    """Return the page for a report: with the causes of war, or the command that computes them."""
    has_war = found is not None and found.shares["war",].value > 0.0
    unasked = Command(
        "The causes of war have not been computed for this run, which takes about a minute "
        "(--dry-run says how long). Ask for them, then write the report again, or add --complete:",
        f"detente causes {summary.run.in_command}",
    )
    return replace(
        counted(summary, course),
        answer=(
            *causes.first(summary.base.war_shots),
            *(causes.answer(found) if found and has_war else ()),
        ),
        blocks=(
            *causes.first_shots(summary.base.war_shots, summary.run.record),
            *((unasked,) if found is None else causes.blocks(found)),
            *war_ends(summary),
            *costs(course),
        ),
        method=method(
            summary.run,
            how=(
                "First shots are classed by the expected value of each choice to the side that "
                "fires. Each course of events is played again without each mechanism, on the same "
                "draws: a war that does not come then would have been prevented. Playing without "
                "several at once gives the share of war due to each (Owen's value)."
            ),
            left_out="Causes outside the model's mechanisms, such as a mistake within one "
            "government.",
            would_change="Other calibrations fit history equally well and attribute war to other "
            "causes: no single share is a finding.",
        ),
    )


def war_ends(summary: Summary) -> Iterator[Table]:
    """Yield the table of reasons why the fighting stopped, if there was war."""
    ends = sorted(summary.base.war_ends.items(), key=lambda end: -end[1])
    wars = sum(often for _, often in ends)
    if wars:
        yield Table(
            "war-ends",
            "How wars ended, in % of wars",
            columns("The fighting stopped", numbers=("%",)),
            tuple(
                (wording.CEASEFIRES[why], wording.of_100(often / wars))
                for why, often in ends
                if often
            ),
        )


def costs(course: Course) -> Iterator[Block]:
    """Yield what wars cost each side and all others, if there was war."""
    parties, called = course.run.record.parties, course.run.record.called
    kinds = {
        f"{parties[side]}: {LOST[kind]}": (one, PERCENT)
        for side, lost in course.losses.items()
        for kind, one in lost.items()
        if _is_there(one)
    }
    if course.destroyed is not None:
        kinds["disputed capabilities, %"] = course.destroyed, PERCENT
    if _is_there(course.cost_to_others):
        kinds["others, billion dollars"] = course.cost_to_others, 1.0
    if not kinds:
        return
    lines: list[Words] = [LOSS_UNIT]
    for template, level in LOSSES.items():
        amounts = []
        for side, lost in course.losses.items():
            one = None if lost["all"] is None else getattr(lost["all"], level)
            if one is not None and one.is_sure:
                amounts.append(
                    says("{} {} ({})", called[side], *wording.amount_cells(one, PERCENT))
                )
        if amounts:
            lines.append(says(template, listed(amounts)))
    yield Listing("Costs of wars", tuple(lines))
    sure = {name: one for name, one in kinds.items() if one[0].half.is_sure}
    if sure:
        yield Table(
            "war-losses",
            "Costs and damage of wars: median and 95th percentile",
            columns("What", numbers=("median", INTERVAL, WORLDS, "95th", INTERVAL)),
            tuple(
                (
                    name,
                    *wording.amount_cells(one.half, scale),
                    wording.amount_over_worlds(one.half, scale),
                    *wording.amount_cells(one.nineteen_in_20, scale),
                )
                for name, (one, scale) in sure.items()
            ),
            level="full",
        )
    if len(sure) < len(kinds):
        yield Sentence(too_few("kinds of loss", len(kinds) - len(sure), len(kinds)), level="full")


def too_few(what: str, unsure: int, total: int) -> Words:
    """Return a sentence on how many of `of` amounts have too few cases for an interval."""
    return f"This run has too few cases to estimate {unsure} of {total} {what}."


def _is_there(one: Quantiles | None) -> TypeGuard[Quantiles]:
    return one is not None and one.nineteen_in_20.value > 0.0
