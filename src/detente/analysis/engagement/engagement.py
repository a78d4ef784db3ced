"""Force against layered defence, fought in many campaigns over drawn worlds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from detente import notebook
from detente.analysis.engagement.defended import Defended, tell_side
from detente.analysis.engagement.fighting import Battles, fight_worlds
from detente.analysis.engagement.points import Swept, as_json, fight_sweep
from detente.analysis.engagement.sweep import Sweep, check_sweep
from detente.analysis.engagement.terms import (
    MOST_FUTURES,
    Terms,
    check_side,
    check_terms,
    check_whole,
)
from detente.ensemble import foundation, runners
from detente.ensemble import record as records
from detente.ensemble.design import drawn_worlds
from detente.ensemble.record import Settings
from detente.ensemble.runners import Clock
from detente.ensemble.simulate import Listener
from detente.pack import Change, Crisis

SHOWN = {
    "weapons that pass every layer, %": ("leakage",),
    "military of the side that is lost, %": ("loss",),
    "batteries left on the last evening, %": ("batteries", "alive"),
    "rounds left, %": ("rounds", "left_share"),
}
"""What a notebook shows of each side's defence."""


@dataclass(frozen=True, repr=False)
class Engagement(notebook.Shown):
    """Force against layered defence alone, over drawn worlds."""

    crisis: Crisis
    terms: Terms
    worlds: int
    campaigns: Annotated[int, "campaigns of each world"]
    seed: int
    sides: Mapping[str, Defended]
    swept: Swept | None

    @property
    def futures(self) -> int:
        """Return how many campaigns were fought, in all worlds."""
        return self.worlds * self.campaigns

    def as_json(self) -> dict[str, Any]:
        """Return what `detente engage --json` prints."""
        crisis = self.crisis
        return {
            "schema": "detente/engage/1",
            **foundation.identity(crisis),
            "changes": {path: foundation.plain(value) for path, value in crisis.changes.items()},
            **self.terms._asdict(),
            "worlds": self.worlds,
            "futures": self.futures,
            "seed": self.seed,
            "sides": {side: defended.as_json() for side, defended in self.sides.items()},
            "sweep": None if self.swept is None else as_json(self.swept),
        }

    def _table(self) -> notebook.Table:
        """Show what each defence met and lost, with intervals."""
        rows = [
            (f"{one.party}: {words}", *notebook.estimate(*figure[:5]))
            for one in self.sides.values()
            for words, key in SHOWN.items()
            if (figure := one.figures.get(key)) is not None
        ]
        return notebook.Table(
            f"{self.crisis.title}, in this model: {self.terms.days} days of raids, "
            f"{self.futures:,} campaigns over {self.worlds} worlds",
            ("", "mean", *notebook.INTERVALS),
            rows,
        )


def engage(  # noqa: PLR0913  every setting, each with its default
    crisis: Crisis,
    *,
    side: str | None = None,
    days: int = 10,
    rest: int = 30,
    force: int = 2,
    plan: str = "sustained",
    by: str = "challenger",
    futures: int = 4096,
    worlds: int = 64,
    seed: int = 1,
    threads: int | None = None,
    sweep: Sweep | None = None,
    changes: Mapping[str, Change] | None = None,
    progress: Listener | None = None,
) -> Engagement:
    """Fight campaigns of raids against both sides' defences; nothing of the bargaining is solved.

    Parameters
    ----------
    crisis
        The crisis, as `load` returns it.
    side
        The side whose defence is looked at, challenger or defender; both unless given.
    days
        Days of raids, whatever they cost either side.
    rest
        Days without raids after them, in which both only repair and restock.
    force
        The challenger's force in view when it begins: 0 to 2, where all is in reach.
    plan
        The challenger's plan, which sets how hard it raids.
    by
        Who begins: challenger, defender or ally.
    futures
        Campaigns; each of the worlds fights an equal number, rounded up.
    worlds
        Draws of all that is not known, the same as those of a run with this seed.
    seed
        Any whole number from 0; the same seed gives the same result.
    threads
        Worlds fought at a time; as many as there are processors unless given.
    sweep
        A number to move in steps, on the same draws.
    changes
        New values of single fields.
    progress
        Called now and then with how far it has come, in campaigns.

    Raises
    ------
    DetenteError
        If a setting, a change or the sweep is not allowed.
    """
    if changes:
        crisis = crisis.with_changes(changes)
    looked_at = check_side(side)
    terms = Terms(force, plan, by, days, rest)
    check_terms(crisis, terms)
    settings = _settle(futures=futures, worlds=worlds, seed=seed, threads=threads)
    if sweep is not None:
        check_sweep(crisis, sweep)
    battles = Battles(crisis, terms, seed, settings.futures_of_a_world)
    clock = Clock(settings.played * (1 if sweep is None else 1 + sweep.steps), progress)
    clock.tell(0, is_compiling=not runners.kernel().is_warm("logbook"))
    fought = fight_worlds(battles, drawn_worlds(crisis, worlds, seed), settings.threads, clock)
    sides = {name: tell_side(crisis, name, days, fought) for name in looked_at}
    swept = None
    if sweep is not None:
        swept = fight_sweep(battles, sweep, looked_at, (worlds, settings.threads, clock))
    return Engagement(crisis, terms, worlds, settings.futures_of_a_world, seed, sides, swept)


def _settle(*, futures: int, worlds: int, seed: int, threads: int | None) -> Settings:
    """Check how much is to be fought, and on how many threads."""
    threads = records.processors() if threads is None else threads
    check_whole("futures", futures, 1, MOST_FUTURES)
    return records.settle(futures=futures, worlds=worlds, seed=seed, threads=threads)
