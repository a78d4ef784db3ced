"""Which numbers an outcome turns on, and which claims, with how well they are graded."""

from collections.abc import Mapping

from detente.analysis import wording
from detente.analysis.drivers import Drivers
from detente.analysis.drivers.answer import WIDEST
from detente.analysis.drivers.given import Effect, SensitivityIndex
from detente.analysis.influence import Influences, Shift
from detente.views.figures import rows
from detente.views.figures.figure import Figure, Numbers, size_of
from detente.views.figures.rows import Row

MOST = 12
"""Rows that are drawn; the table has all."""
DRIVERS = ("number or group", "part", "low", "high", "estimable")
EVIDENCE = ("claim", "grade", "of 100 futures", "low", "high", "estimable")
LONGEST_NAME = 40
"""A longer name is cut in the middle [characters]."""


def drivers(found: Drivers) -> Figure | None:
    """Draw what part of the variance across worlds is due to each number; None if none is known.

    First-order effects, or attributed shares with the method shapley; the 12 with the largest lower
    ends. Intervals are 90 %, hollow where nothing is estimable.
    """
    parts = {name: _part(effect) for name, effect in found.effects.items()}
    if not parts:
        return None
    order = sorted(parts, key=lambda name: (-parts[name].low, -parts[name].share, name))
    drawn = [_row(name, parts[name]) for name in order[:MOST]]
    left, by_chance = len(order) - len(drawn), wording.number(0.05 * len(parts), 0)
    outcome, title = wording.NAMES[found.outcome], _title(found, order[0])
    return Figure(
        key=f"drivers_{found.outcome}",
        title=title,
        subtitle=f"Part of the variance of {outcome} across worlds, of 100, in this model; "
        f"{size_of(found.run, found.option)}",
        description=f"{title}. " + " ".join(f"{row.name}: {row.number}." for row in drawn),
        notes=(
            f"In this model, over {found.worlds} worlds: "
            f"{'attributed shares' if found.method == 'shapley' else 'first-order effects'}.",
            "Bands, and numbers in brackets: 90 % intervals from the number of worlds; hollow "
            "rings: not estimable.",
            f"{sum(part.low > 0.0 for part in parts.values())} of {len(parts)} have an effect above"
            f" 0; about {by_chance} would by chance alone. Drawn: the {len(drawn)} surest; {left} "
            "more stand in the table.",
            *found.notes,
        ),
        table=Numbers(DRIVERS, tuple(_cells(name, parts[name]) for name in order)),
        chart=rows.listed(drawn, axis="of 100 parts of the variance", domain=rows.domain_of(drawn)),
    )


def _part(effect: Effect) -> SensitivityIndex:
    return effect.shapley or effect.first


def _title(found: Drivers, name: str) -> str:
    outcome, part = wording.NAMES[found.outcome], _part(found.effects[name])
    if part.low <= 0.0 or not _is_told(part):
        return f"No single number surely decides {outcome}"
    most = "a group of numbers" if " " in name else _cut(name)
    return f"{outcome.capitalize()} turns most on {most}"


def _is_told(part: SensitivityIndex) -> bool:
    return part.high - part.low <= WIDEST


def _row(name: str, part: SensitivityIndex) -> Row:
    share, low, high = (100.0 * end for end in part)
    number = wording.with_span(*part)
    return Row(_cut(name), share, low, high, (), number, is_told=_is_told(part))


def _cells(name: str, part: SensitivityIndex) -> tuple[str | float, ...]:
    return (name, *(100.0 * end for end in part), "yes" if _is_told(part) else "no")


def _cut(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    half = (LONGEST_NAME - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def evidence(found: Influences, *, outcome: str = "any_war") -> Figure | None:
    """Draw how far an outcome moves if a claim is wrong, the weakest with the most weight on top.

    The first 12, each with its grade. Intervals are 90 %, hollow where not estimable. None
    where no claim moves anything.
    """
    shifts = _weighed(found, outcome)
    if not shifts:
        return None
    drawn = [_shifted(key, *one) for key, one in list(shifts.items())[:MOST]]
    title, name = _heaviest(shifts), wording.NAMES[outcome]
    return Figure(
        key=f"evidence_{outcome}",
        title=title,
        subtitle=f"How far {name} moves if a claim is wrong, futures of 100, in this model; "
        f"{size_of(found.run)}",
        description=f"{title}. " + " ".join(f"{row.name}: {row.number}." for row in drawn),
        notes=(
            "In this model, either way. Grades: a letter for the source, A reliable to F unknown, "
            "and a digit for what it says, 1 confirmed to 6 unknown.",
            "Bands, and numbers in brackets: 90 % intervals from the number of worlds; hollow "
            "rings: not estimable.",
            f"On top: weak and heavy. Drawn: {len(drawn)} of {len(shifts)} claims; the table has "
            "all.",
            *found.notes,
        ),
        table=Numbers(EVIDENCE, tuple(_shift_cells(key, *one) for key, one in shifts.items())),
        chart=rows.listed(drawn, axis="moves, futures of 100", domain=rows.domain_of(drawn)),
    )


def _weighed(found: Influences, outcome: str) -> dict[str, tuple[str, Shift]]:
    """Return grade and shift of each claim: those told first, then by weakness times shift."""
    claims = {key: one for key, one in found.claims.items() if outcome in one.shifts}

    def order(key: str) -> tuple[bool, float]:
        shift = claims[key].shifts[outcome]
        return not shift.is_told, -claims[key].weakness * shift.shift

    return {
        key: (claims[key].claim.grade, claims[key].shifts[outcome])
        for key in sorted(claims, key=order)
    }


def _heaviest(shifts: Mapping[str, tuple[str, Shift]]) -> str:
    """Say which claim that surely moves the outcome is the weakest with the most weight."""
    for key, (grade, shift) in shifts.items():
        if shift.stands_out:
            article = "an" if grade[0] in "AEF" else "a"
            return f"Most hangs on {article} {grade} claim: {_cut(key)}"
    return "No claim stands out in what it moves"


def _shifted(key: str, grade: str, one: Shift) -> Row:
    shift, low, high = (100.0 * end for end in one[:3])
    number = wording.with_span(one.shift, one.low, one.high)
    return Row(f"{grade}  {_cut(key)}", shift, low, high, (), number, is_told=one.is_told)


def _shift_cells(key: str, grade: str, one: Shift) -> tuple[str | float, ...]:
    return (key, grade, *(100.0 * end for end in one[:3]), "yes" if one.is_told else "no")
