"""Invented observations of the shipped crisis, and futures whose plans tell of their ending."""

import numpy as np

from detente.kernel.endings import Violence
from tests.standin import KERNEL, uniforms

WHO = 'by = "an invented observer"\nsource = "an invented report"\n'
POINTED = 3
"""The plan that wars of the stand-in mostly have."""


def written(*observed, pack="oman-2026", signs=""):
    """Return a file of observations; each is what its table says, with who and where."""
    tables = [
        f"[observed.seen_{place}]\n{reported}\n{WHO}" for place, reported in enumerate(observed)
    ]
    return "\n".join([f'pack = "{pack}"', signs, *tables])


def sign(key="search_and_rescue", *, day="2026-03-01", seen=True):
    return f'date = {day}\nsign = "{key}"\nseen = {str(seen).lower()}'


def state(name, *, day="2026-03-01"):
    return f'date = {day}\nstate = "{name}"'


def own_sign(key, ratio, *, false_positive=0.2, points_to='["direct_action"]'):
    return (
        f"[signs.{key}]\npoints_to = {points_to}\n"
        f'likelihood_ratio = {{ {ratio}, assumed = "invented" }}\n'
        f'false_positive = {{ value = {false_positive}, assumed = "invented" }}\n'
    )


def play(world, solved, *, seed, number, first, futures):
    """Give most wars one plan and a resolved challenger, and all else any plan and type."""
    rows = KERNEL.play(world, solved, seed=seed, number=number, first=first, futures=futures)
    draw = uniforms(seed, number, rows["future"], 5)
    is_war = rows["violence"] >= Violence.WAR
    rows["plan"] = np.where(is_war & (draw < 0.6), POINTED, (draw * 4).astype(int))
    rows["challenger_type"] = np.where(is_war & (draw < 0.8), 0, (draw * 8).astype(int) % 2)
    rows["failed_day"] = np.where(draw < 0.5, 10, -1)
    return rows


PLANNED = KERNEL._replace(play=play)
