"""The answer in at most 120 words: how likely, by when, and how far to rely on it.

Likelihood is told in one row of terms with its bracket, its count of 100 futures and its interval
of chance. Confidence is a line of its own, by a rule that `docs/show.md` states: the weaker of what
the numbers rest on and of how far worlds lie apart.
"""

from collections.abc import Iterator
from typing import NamedTuple

from detente.analysis import wording
from detente.analysis.course import Course, Support
from detente.analysis.quantiles import LEAST_WORLDS, Quantile, Quantiles
from detente.analysis.summary import OptionSummary, Summary
from detente.ensemble.record import Record, Settings
from detente.ensemble.shares import Share

MOST_WORDS = 120
"""No answer is longer."""
ANSWERED = ("any_war", "force", "deal")
"""Outcomes that an answer tells."""
LEVELS = ("low", "moderate", "high")
"""Words for confidence, as ICD 203 has them."""
LOSS_UNIT = (
    "Losses are told in hundredths of what all forces and bases that a side has there are worth; "
    "aircraft and the economy are rated on that scale."
)
PARTS = (1.0 / 3.0, 2.0 / 3.0)
"""What part of the numbers rests on something credible, at least, for moderate and for high."""


class Confidence(NamedTuple):
    """How far to rely on an answer, and why."""

    level: int
    why: str

    @property
    def words(self) -> str:
        """Return it as the line that stands by itself."""
        return f"Confidence: {LEVELS[self.level]}. {self.why}."


def answer_in_words(summary: Summary, course: Course) -> tuple[str, ...]:
    """Say what became of a crisis in at most 120 words; how far to rely on it comes last."""
    option = summary.options[course.option]
    settings = summary.run.record.settings
    told = [_likelihood(key, option.outcomes[key], settings) for key in ANSWERED]
    shares = (f"In this model {told[0]}", *(one[0].upper() + one[1:] for one in told[1:]))
    return (*shares, *_times(course), confidence(option, course).words)


def confidence(option: OptionSummary, course: Course) -> Confidence:
    """Say how far to rely on the shares of an option: as far as the weaker of two things goes.

    What the numbers rest on: high if two thirds of them rest on a credible claim or on past crises,
    moderate if one third does. How far worlds lie apart: high if the spread of each outcome that is
    answered lies in the bracket of one term, moderate if in two that are neighbours. Low otherwise,
    and where worlds or futures are too few to tell.
    """
    level, support = _support(course.support)
    if course.worlds < LEAST_WORLDS or course.futures == 1:
        size = f"{_count(course.worlds, 'world')} of {_count(course.futures, 'future')}"
        return Confidence(0, f"{support}, and {size} cannot tell what is not known")
    reaches = {key: _reach(option.outcomes[key]) for key in ANSWERED}
    widest = max(reaches, key=lambda key: reaches[key])
    level = min(level, max(0, len(LEVELS) - 1 - reaches[widest]))
    ends = wording.spread(option.outcomes[widest]).replace("-", " and ")
    apart = f"{wording.NAMES[widest]} lies between {ends} of 100 futures"
    return Confidence(level, f"{support}; over what is not known {apart}")


def losses_in_words(course: Course, record: Record) -> tuple[str, ...]:
    """Say what wars cost both sides, in the words of one half and of one in twenty."""
    told = (
        ("In half of all wars they are at most (90 % interval): {}.", "half"),
        ("In 1 of 20 wars they are more than (90 % interval): {}.", "nineteen_in_20"),
    )
    sentences = []
    for sentence, level in told:
        sides = [(record.parties[side], kinds["all"]) for side, kinds in course.losses.items()]
        sure = [(who, one) for who, one in sides if one is not None and _figure(one, level).is_sure]
        if sure:
            sentences.append(
                sentence.format(", ".join(f"{who} {_most(one, level)}" for who, one in sure))
            )
    return (LOSS_UNIT, *sentences) if sentences else ()


def _figure(one: Quantiles, level: str) -> Quantile:
    figure: Quantile = getattr(one, level)
    return figure


def _most(one: Quantiles, level: str) -> str:
    figure = _figure(one, level)
    return f"{wording.amount(figure, 100.0)} ({wording.amount_by_chance(figure, 100.0)})"


def _likelihood(outcome: str, share: Share, settings: Settings) -> str:
    words = f"{wording.NAMES[outcome]} {wording.likelihood(share.share)}"
    if share.share in {0.0, 1.0}:
        played = _count(settings.played, "future")
        return f"{words} in {played}, 90 % interval {wording.chance(share)}."
    count = wording.of_100(share.share).replace("<", "fewer than").replace(">", "more than")
    return f"{words}: {count} of 100 futures, 90 % interval {wording.chance(share)}."


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _times(course: Course) -> Iterator[str]:
    """Yield by when half of the wars and deals have come, and how long wars last."""
    begun, fought = course.until["any_war"], course.fighting["any_war"]
    if begun is not None and fought is not None and begun.half.is_sure:
        day, days = wording.amount(begun.half), wording.amount(fought.half)
        yield (
            f"Half of all wars begin by day {day} (90 % interval "
            f"{wording.amount_by_chance(begun.half)}) and half end within {days} days of fighting "
            f"({wording.amount_by_chance(fought.half)})."
        )
    struck = course.until["deal"]
    if struck is not None and struck.half.is_sure:
        day, ends = wording.amount(struck.half), wording.amount_by_chance(struck.half)
        yield f"Half of all deals come by day {day} ({ends})."


def _support(support: Support | None) -> tuple[int, str]:
    """Return how far the numbers carry, and in words what they rest on."""
    if support is None:
        return 0, "The pack of this run cannot be read any more"
    part = support.credible / max(1, support.numbers)
    level = sum(part >= least for least in PARTS)
    rest = f"{support.credible} rest on credible claims or past crises"
    return level, f"Of {support.numbers} numbers {rest}"


def _reach(share: Share) -> int:
    """Return how many brackets lie between the ends of the spread over worlds."""
    return wording.bracket(share.spread_high) - wording.bracket(share.spread_low)
