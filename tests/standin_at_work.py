"""Preloaded by workers of a cluster, which are other processes: they too play with the stand-in."""

import os
import time

from detente.ensemble import runners
from tests.standin import KERNEL, play

SECONDS = float(os.environ.get("STANDIN_SECONDS", "0"))
"""How long each world takes [s]."""


def play_slowly(*given, **named):
    time.sleep(SECONDS)
    return play(*given, **named)


runners.kernel = lambda: KERNEL._replace(play=play_slowly)
