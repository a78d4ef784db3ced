"""Names of the parties, packages and terms of one world."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from detente.ensemble.encode.agenda import CrisisOnTerms, terms_after_race
from detente.ensemble.encode.supporters import third_parties
from detente.ensemble.encode.talks import MOVED, issues_on_table, packages_of, read_agenda
from detente.ensemble.encode.world import after_changes, encode_coarsely, timetable
from detente.ensemble.record import Record
from detente.kernel.agenda import AGENDA, VENUE
from detente.kernel.limits import PARTIES
from detente.pack import Crisis
from detente.pack.politics import EXTENTS, Issue, Relief

FROM = (0.0, 0.5, 0.95)
"""Positions from which a package concedes each of `EXTENTS` of an issue."""
MATTERS = {AGENDA: "the agenda", VENUE: "the venue"}
"""Titles of the matters that may be in dispute about the talks."""


class Names(NamedTuple):
    """The names for a trace of what the kernel numbers, in the kernel's order."""

    parties: dict[str, str]
    mediators: tuple[str, ...]
    signs: tuple[str, ...]
    others: Mapping[int, str]
    """Third parties that can join a war, and the challenger, which can join its ally's."""
    packages: tuple[str, ...] = ()
    """The contents of each package."""
    terms: tuple[str, str] = ("", "")
    """Sentences on the settled agenda and venue of the talks."""
    later: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """The contents of each package from the day of each event."""
    events: tuple[str, ...] = ()
    """The events of the pack's calendar."""
    ruling: str = ""
    """Who rules on what, if the pack awaits a ruling."""
    is_under_way: bool = False
    """Whether force is on its way at the start."""
    measure: str = "the blockade"
    """Name of the challenger's standing measure below force."""
    taken: str = "what is in dispute"
    """Name of what the challenger may take without fighting."""
    holds_taken: bool = False
    """Whether it holds this at the start."""

    def on(self, day: int) -> "Names":
        """Return the names that are valid on a day."""
        begun = [packages for start, packages in self.later if start <= day]
        return self._replace(packages=begun[-1]) if begun else self


def names_of(crisis: Crisis, parties: dict[str, str]) -> Names:
    """Return the names of a crisis's mediators, signs and third parties that may join a war."""
    mediators = (crisis.model.actors[key].called for key in crisis.all_of_role("mediator"))
    signs = (key.replace("_", " ") for key in crisis.model.signs)
    third = [crisis.model.actors[key].called for key in third_parties(crisis)]
    # The kernel's number of the challenger is higher than any third party's.
    others = {**dict(enumerate(third)), PARTIES: parties["challenger"]}
    events = tuple(event.name for event in crisis.events.values())
    ruling = next((one.name for one in crisis.model.rulings.values()), "")
    names = Names(parties, tuple(mediators), tuple(signs), others, events=events, ruling=ruling)
    if crisis.model.blockade is not None:
        names = names._replace(measure=crisis.model.blockade.says)
    issues = crisis.model.issues.values()
    taken = next((issue.name for issue in issues if issue.takeable is not None), names.taken)
    return names._replace(taken=re.sub("^The ", "the ", taken))


def names_in_world(
    crisis: Crisis, record: Record, numbers: Mapping[str, float], *, horizon: int = 0
) -> Names:
    """Return the names with the contents of packages and the terms of talks in a world.

    `horizon` is the number of days played, if larger than the run's.
    """
    settled = terms_after_race(crisis, numbers, encode_coarsely)
    times = timetable(crisis, settled.values, max(horizon, record.settings.horizon))
    first, *later = (
        (start, packages_in_words(after_changes(crisis, settled, times.changes(epoch, epoch))))
        for epoch, start in enumerate(times.starts)
    )
    issues = [crisis.model.issues[key].name for key in issues_on_table(*settled)]
    terms = (
        f"the talks are about {', '.join(issues)}",
        f"the talks are held in {crisis.model.venue.place}",
    )
    names = names_of(crisis, record.called)
    return names._replace(
        packages=first[1],
        later=tuple(later),
        terms=terms,
        is_under_way=numbers.get("posture.raise_ordered", 0.0) > 0.0,
        holds_taken=numbers.get("taking.holds", 0.0) > 0.0,
    )


def packages_in_words(settled: CrisisOnTerms) -> tuple[str, ...]:
    """Return the contents of each package of a world: how far each issue is conceded, what relief.

    The pack's own words come first if it has as many as there are packages.
    """
    crisis, values = settled
    issues = [crisis.model.issues[key] for key in issues_on_table(crisis, values)]
    count = int(encode_coarsely(crisis, values).talks.packages)
    packages = packages_of(read_agenda(crisis, values).issues, count)
    packs = [_package(issues, crisis.model.relief, positions) for positions in packages]
    if len(set(packs)) < count:
        packs = [_package(issues, crisis.model.relief, one, in_percent=True) for one in packages]
    says = crisis.model.talks.says
    if says is not None and len(says) == count:
        packs = [f"{words} ({holds})" for words, holds in zip(says, packs, strict=True)]
    blockade = crisis.model.blockade
    if blockade is None or blockade.off_ramp is None:
        return tuple(packs)
    return tuple(f"{package}; {blockade.off_ramp}" for package in packs)


def _package(
    issues: Sequence[Issue], relief: Relief, positions: np.ndarray, *, in_percent: bool = False
) -> str:
    """Return the contents of a package in words; withheld relief comes after the issues.

    `in_percent` adds how much of an issue is conceded, where packages would read alike.
    """
    parts, untouched = [], []
    for issue, position in zip(issues, positions, strict=False):
        if position < MOVED:
            untouched.append(issue.name)
            continue
        extent = _extent(position)
        plainly = f"{issue.name} ({EXTENTS[extent]})"
        words = issue.steps[extent] if issue.steps else plainly
        words += f", {percent(position)} of it" if in_percent else ""
        parts.append(f"{words}, which is vital to its giver" if issue.vital else words)
    share = 1.0 - positions[-1]
    if share < MOVED:
        parts.append("no relief")
    else:
        plainly = f"{percent(share)} of the relief"
        parts.append(relief.steps[_extent(share)] if relief.steps else plainly)
    if untouched:
        parts.append(f"untouched: {', '.join(untouched)}")
    return "; ".join(parts)


def _extent(position: float) -> int:
    return sum(position >= least for least in FROM) - 1


def percent(share: float) -> str:
    """Return a share in whole percent."""
    return f"{100.0 * share:.0f} %"
