"""Conditional results next to history: how wars were settled, and durations by violence."""

import math
from collections.abc import Sequence

from detente.estimate.intervals import interval, noise_of_means, variance_over_worlds
from detente.kernel.layout import Array
from detente.questions.past.definitions import BANDS, LEVELS, QUARTILES, Band, length_key
from detente.questions.past.played import (
    PARTS_OF,
    VIOLENT,
    Parts,
    Played,
    PlayedFigure,
    first_day,
)


def under_conditions(group: str, parts: Parts) -> dict[str, PlayedFigure]:
    """Return the figures of a group under a condition that have a band, by the keys of bands.

    They are how crises with war were settled, and quartiles of lengths by level of violence. What
    was not played is left out.
    """
    figures: dict[str, PlayedFigure] = {}
    for rate, counted in PARTS_OF.items():
        key = f"{group}.{rate}"
        if key in BANDS and _total(parts, counted[1]) > 0:
            figures[key] = ratio(parts, counted, BANDS[key])
    for level in LEVELS:
        among = [part for part in parts if (level, part[1].start) != ("none", VIOLENT)]
        for name, share in QUARTILES.items():
            key = length_key(group, name, level)
            if key in BANDS and _total(among, level) > 0:
                figures[key] = quantile_if(among, level, share, BANDS[key])
    return figures


def _total(parts: Parts, counted: str) -> int:
    return sum(int(played.happened[counted].sum()) for _, played in parts)


def ratio(parts: Parts, counted: tuple[str, str], band: Band | None = None) -> PlayedFigure:
    """Return what share of one count another is, which is a part of it, with its interval."""
    part, whole = counted
    pairs = [(w, played, played.happened[part], played.happened[whole]) for w, played in parts]
    return PlayedFigure(*ratio_of(pairs), band)


def ratio_of(pairs: Sequence[tuple[float, Played, Array, Array]]) -> tuple[float, float, float]:
    """Return a ratio of weighted counts, with the score interval of its linearised variance.

    Pairs: weight, what was played, the part and the whole counted in each world. With `r` the
    ratio, a future counts `1 - r` in the part, `-r` in the rest of the whole and 0 elsewhere; the
    variance of the ratio is that of the mean of these over the squared share of the whole.
    """
    shares = [
        (
            weight * float(part.mean()) / played.futures,
            weight * float(whole.mean()) / played.futures,
        )
        for weight, played, part, whole in pairs
    ]
    whole_share = math.fsum(whole for _, whole in shares)
    value = math.fsum(part for part, _ in shares) / whole_share
    variances = []
    for weight, played, part, whole in pairs:
        means = (part - value * whole) / played.futures
        squares = (part * (1.0 - value) ** 2 + (whole - part) * value**2) / played.futures
        noise = noise_of_means(means, squares, played.futures)
        variances.append(weight**2 * variance_over_worlds(means, noise))
    variance = math.fsum(variances)
    counted = math.fsum(float(whole.sum()) for *_, whole in pairs)
    return value, *interval(value, variance / whole_share**2, counted)


def quantile_if(
    parts: Parts, violence: str, level: float, band: Band | None = None
) -> PlayedFigure:
    """Return the same of crises at a level of violence."""

    def share_by(day: int) -> PlayedFigure:
        pairs = [
            (weight, played, days[:, : day + 1].sum(axis=1), days.sum(axis=1))
            for weight, played in parts
            for days in (played.ended_if[violence],)
        ]
        return PlayedFigure(*ratio_of(pairs), None)

    by_day = [(weight / played.futures, played.ended_if[violence]) for weight, played in parts]
    ended = sum(weight * days.mean(axis=0) for weight, days in by_day)
    return first_day(ended.cumsum() / ended.sum(), level, share_by, band)
