"""Compiles the model before it is needed, so that the first run starts at once."""

import time
from pathlib import Path
from typing import Annotated, NamedTuple

from detente.ensemble import record as records
from detente.ensemble import runners
from detente.ensemble.record import BASE
from detente.ensemble.runners import Clock, Listener, Stretch
from detente.ensemble.simulate import stage_of
from detente.errors import DetenteError
from detente.kernel import jit
from detente.kernel.jit import CONFIG
from detente.pack import load

PACK = "oman-2026"
"""Any pack is enough: the compiled code does not depend on it."""


class Warmth(NamedTuple):
    """What was compiled, and where to."""

    was_warm: bool
    seconds: Annotated[float, "time that compiling took [s]"]
    folder: Annotated[Path | None, "folder of the compiled code; None if the compiler is off"]


def warm_up(progress: Listener | None = None) -> Warmth:
    """Compile the model by playing one future of one world, which is not stored.

    Raises `DetenteError` if compiled code cannot be stored.
    """
    if CONFIG.DISABLE_JIT:
        return Warmth(True, 0.0, None)
    folder = jit.cache_root()
    if folder is None:
        raise _not_kept()
    model = runners.kernel()
    if model.is_warm():
        return Warmth(True, 0.0, folder)
    clock = Clock(1, progress)
    started = time.monotonic()
    settings = records.settle(futures=1, worlds=1, grid="tiny")
    stage = stage_of(Path(), {BASE: load(PACK)}, settings)
    runners.warm_up(stage, BASE, 0, clock)
    stage.played(*stage.solved(BASE, 0), Stretch(0, 0, 1))
    seconds = time.monotonic() - started
    if not model.is_warm():
        raise _not_kept()
    clock.report(1)
    return Warmth(False, seconds, folder)


def _not_kept() -> DetenteError:
    hint = "XDG_CACHE_HOME names another folder; it must be your own, shut to others, with space"
    return DetenteError("compiled code cannot be kept, so each start compiles again", hint=hint)
