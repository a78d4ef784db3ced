"""Plays a pack as runs do, and reports results that are not finite, not lawful or missing."""

import contextlib
import io
import json
import math
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from detente import pack, simulate, summarise, trace
from detente.cli import main as command
from detente.ensemble import record as records
from detente.ensemble import runners
from detente.ensemble.record import BASE
from detente.ensemble.run import MOST_UNSETTLED
from detente.ensemble.runners import Stage, Stretch
from detente.ensemble.simulate import draw as draw_numbers
from detente.ensemble.store import Rows
from detente.errors import DetenteError, PackFaults, UnsolvedError
from detente.kernel.causes import Playing
from detente.kernel.endings import Event
from detente.pack import Crisis
from detente.questions.causes.credit import plan_of
from verification.model.drawn import Setting, draw
from verification.model.endings import Block, broken_laws

SEED = 1
JUDGED_EVERY = 40
"""Packs on the coarsest grid of which one is judged for causes: that solves it eighteen times."""
WRITTEN_EVERY = 10
"""Packs of which one is written as a run, with its options, and read again."""
MOST_OPTIONS = 3
"""Options that such a run has at most."""
CLOSE = 1e-5
"""How far the chances of a policy may be from adding up to 1, as they are kept."""
ROUNDING = 1e-9
"""By how much a mean of shares may be above the largest of them."""
Verdict = Literal["clean", "refused", "invalid", "not finite", "unlawful", "failed", "hung", "died"]
"""Refused is in words, by the program itself; invalid is a drawn pack that `check` refuses."""


class Case(NamedTuple):
    """What is played: a drawn pack by its index, or a number of one that ships, PACK:FIELD=VALUE.

    `calm`: numbers of a drawn pack that are put back to what is usual.
    """

    seed: int
    name: str
    calm: frozenset[str] = frozenset()

    @property
    def is_drawn(self) -> bool:
        """Say whether it is a pack drawn by chance."""
        return self.name.isdigit()


class Outcome(NamedTuple):
    """What became of a case, what it took, and the whole trace of an error."""

    case: Case
    verdict: Verdict
    reported: str = ""
    seconds: float = 0.0
    trace: str = ""


class Wrong(NamedTuple):
    """Something that may not be."""

    verdict: Verdict
    reported: str


def attempt(case: Case) -> Outcome:
    """Play a case and return what became of it."""
    start = time.process_time()
    verdict: Verdict
    whole = ""
    try:
        verdict, reported = _verdict(case)
    except PackFaults as faults:
        verdict = "invalid" if case.is_drawn else "failed"
        reported = "; ".join(map(str, faults.faults))
    except UnsolvedError as error:
        verdict, reported, whole = "not finite", error.what, traceback.format_exc()
    except DetenteError as error:
        verdict, reported, whole = "refused", error.what, traceback.format_exc()
    except Exception as error:  # whatever comes out is what is looked for
        whole = traceback.format_exc()
        verdict, reported = "failed", f"{type(error).__name__}: {error!s:.100} ({_place(error)})"
    return Outcome(case, verdict, reported, time.process_time() - start, whole)


def _place(error: Exception) -> str:
    """Return the deepest line of the program that an error came through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "detente" in Path(frame.filename).parts] or frames
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}"


def _verdict(case: Case) -> tuple[Verdict, str]:
    crisis, setting = _given(case)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        wrong = next(all_wrong(crisis, setting, number=_turn(case)), None)
    if wrong is None and warned:
        one = warned[0]
        place = f"{Path(one.filename).name}:{one.lineno}"
        return "failed", f"{one.category.__name__}: {one.message} ({place})"
    return wrong or ("clean", "")


def _given(case: Case) -> tuple[Crisis, Setting]:
    """Return a case's crisis and how it is played.

    Raises `PackFaults` if it has any.
    """
    if not case.is_drawn:
        name, _, change = case.name.partition(":")
        field, _, value = change.partition("=")
        return shipped(name).with_changes({field: float(value)}), Setting()
    drawn = draw(case.seed, int(case.name), case.calm)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "crisis.toml").write_text(drawn.text, encoding="utf-8")
        return pack.load(Path(folder)), drawn.setting


@cache
def shipped(name: str) -> Crisis:
    """Return a crisis that ships."""
    return pack.load(name)


def _turn(case: Case) -> int:
    """Return the number by which it goes whether a case is judged and written too."""
    return int(case.name) if case.is_drawn else sum(case.name.encode())


def all_wrong(crisis: Crisis, setting: Setting, *, number: int) -> Iterator[Wrong]:
    """Yield what is wrong in a crisis played: solved, futures, one followed, and now and then more.

    Raises whatever the program raises.
    """
    settings = records.settle(
        futures=setting.futures,
        worlds=setting.worlds,
        seed=SEED,
        grid=setting.grid,
        horizon=setting.horizon,
        threads=1,
        options=(BASE,),
    )
    values = draw_numbers({BASE: crisis}, settings)
    for field, drawn in values[BASE].items():
        yield from _not_finite(f"drawn {field.rpartition('.')[2]}", drawn)
    stage = Stage(runners.kernel(), settings, {BASE: crisis}, values, Path())
    visited = np.zeros(2, np.int64)
    for world in range(setting.worlds):
        yield from _wrong_in_world(stage, world, visited)
    if number % JUDGED_EVERY == 0 and setting.grid == "tiny":
        yield from _wrong_if_judged(stage)
    if number % WRITTEN_EVERY == 0 and setting.grid == "tiny":
        yield from _wrong_in_run(crisis, setting)
    if visited[1] > MOST_UNSETTLED * visited[0]:
        yield Wrong(
            "refused", f"{visited[1] / visited[0]:.1%} of the visited decisions did not settle"
        )


def _wrong_if_judged(stage: Stage) -> Iterator[Wrong]:
    settings = stage.settings
    subsets = plan_of(settings.seed, 0).subsets
    playing = Playing(settings.seed, 0, np.arange(settings.futures_of_a_world))
    for rows in stage.kernel.judge(stage.encoded(BASE, 0), subsets, playing).values():
        yield from wrong_rows(rows, settings.horizon)


def _wrong_in_world(stage: Stage, world: int, visited: np.ndarray) -> Iterator[Wrong]:
    encoded, solved = stage.solved(BASE, world)
    yield from wrong_solution(solved)
    settings = stage.settings
    rows = stage.played(encoded, solved, Stretch(world, 0, settings.futures_of_a_world))
    yield from wrong_rows(rows, settings.horizon)
    visited += rows["visited"].sum(), rows["unsettled"].sum()
    lines = stage.followed(encoded, solved, world, settings.futures_of_a_world - 1)
    yield from _not_finite("trace", lines["value"])
    yield from _not_within("trace kind", lines["kind"], 0, len(Event) - 1)


def wrong_solution(solved: Any) -> Iterator[Wrong]:
    """Yield what is wrong in a solved world: tables, worths, what can be gained."""
    war = solved.war
    for name in ("worth", "continuation_discount", "settled"):
        yield from _not_finite(f"{name} of force", getattr(war, name))
    yield from _not_within("discounts after force", war.continuation_discount, 0.0, 1.0)
    yield from _not_within("what force settles", war.settled, 0.0, 1.0 + ROUNDING)
    yield from _not_finite("worth at the start", np.array(solved.worth))
    yield from _not_finite("exploitability", np.array(solved.report.exploitability))
    yield from _not_finite("worst residual", np.array(solved.report.worst_residual))
    for policies in (solved.policies, *solved.later):
        yield from _wrong_policies(policies)


def _wrong_policies(policies: Any) -> Iterator[Wrong]:
    """Yield what is wrong in the tables of one game, before force or after it."""
    for name, table in policies._asdict().items():
        yield from _not_finite(name, table)
    for name in ("challenger", "defender", "replies"):
        yield from _no_chances(name, getattr(policies, name))
    yield from _not_within("answers", policies.answers, 0.0, 1.0)


def wrong_rows(rows: Rows, horizon: int) -> Iterator[Wrong]:
    """Yield what is wrong in futures: figures, days, and the laws that every future keeps."""
    for name in rows.dtype.names or ():
        yield from _not_finite(name, rows[name])
    for law in broken_laws(Block(0, 0, horizon, rows)):
        yield Wrong("unlawful", law)


def _not_finite(name: str, figures: np.ndarray) -> Iterator[Wrong]:
    if not np.isfinite(figures).all():
        kind = "NaN" if np.isnan(figures).any() else "infinite"
        yield Wrong("not finite", f"{kind} in {name}")


def _not_within(name: str, figures: np.ndarray, least: float, most: float) -> Iterator[Wrong]:
    if figures.size and not ((figures >= least) & (figures <= most)).all():
        found = f"{figures.min():g} to {figures.max():g}"
        yield Wrong("unlawful", f"{name} is {found}, not within {least:g} to {most:g}")


def _no_chances(name: str, table: np.ndarray) -> Iterator[Wrong]:
    """Yield a fault unless each policy adds up to 1, or is empty where play never comes."""
    yield from _not_within(name, table, 0.0, 1.0)
    sums = table.sum(axis=-1)
    off = np.abs(sums[sums != 0.0] - 1.0)
    if off.size and off.max() > CLOSE:
        yield Wrong("unlawful", f"{name} add up to 1 but for {off.max():.2g}")


def _wrong_in_run(crisis: Crisis, setting: Setting) -> Iterator[Wrong]:
    """Write a run with some options, read it in several ways, and yield what is wrong in it."""
    with tempfile.TemporaryDirectory() as folder:
        run = simulate(
            crisis,
            options=list(crisis.options)[:MOST_OPTIONS],
            futures=setting.futures,
            worlds=setting.worlds,
            seed=SEED,
            threads=1,
            grid=setting.grid,  # type: ignore[arg-type]
            horizon=setting.horizon,
            out=Path(folder) / "run",
        )
        reported = summarise(run).as_json()
        yield from _no_numbers("summary", reported)
        yield from _no_numbers("trace", trace(run, future=(0, 0)).as_json())
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            status = command(["show", str(run.folder)])
        if status:
            yield Wrong("failed", f"detente show ends with status {status}")


def _no_numbers(name: str, reported: Any) -> Iterator[Wrong]:
    """Yield a fault if what is printed as JSON holds what is no finite number."""
    figures = json.loads(json.dumps(reported, default=str), parse_constant=lambda _: math.nan)
    if "NaN" in json.dumps(figures):
        yield Wrong("not finite", f"{name} as JSON")
