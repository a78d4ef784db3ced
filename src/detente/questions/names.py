"""What the parties, packages and terms of one world are called."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from detente.ensemble.encode.agenda import Settled, settle
from detente.ensemble.encode.supporters import third_parties
from detente.ensemble.encode.talks import MOVED, issues_on_table, packages_of, read_agenda
from detente.ensemble.encode.world import changed, encode_coarsely, timetable
from detente.ensemble.record import Record
from detente.kernel.agenda import AGENDA, VENUE
from detente.kernel.limits import PARTIES
from detente.pack import Crisis
from detente.pack.politics import EXTENTS, Issue, Relief

FROM = (0.0, 0.5, 0.95)
"""From which position on a package concedes each of `EXTENTS` of an issue."""
MATTERS = {AGENDA: "the agenda", VENUE: "the venue"}
"""What may be in dispute about the talks."""


class Names(NamedTuple):
    """What a trace calls those whom the kernel only numbers, in the kernel's order."""

    parties: dict[str, str]
    mediators: tuple[str, ...]
    signs: tuple[str, ...]
    others: Mapping[int, str]
    """Third parties that may join a war, and the challenger, which may join its ally's."""
    packages: tuple[str, ...] = ()
    """What each package holds."""
    terms: tuple[str, str] = ("", "")
    """What the talks come to be about, and where they come to be held."""
    later: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """What each package holds from the day of each event on."""
    events: tuple[str, ...] = ()
    """The events of the pack's calendar."""

    def on(self, day: int) -> "Names":
        """Return the names as they are on a day."""
        begun = [packages for start, packages in self.later if start <= day]
        return self._replace(packages=begun[-1]) if begun else self


def names_of(crisis: Crisis, parties: dict[str, str]) -> Names:
    """Return what a crisis calls its mediators, the signs to watch for and who may join a war."""
    mediators = (crisis.model.actors[key].name for key in crisis.all_of_role("mediator"))
    signs = (key.replace("_", " ") for key in crisis.model.signs)
    third = [crisis.model.actors[key].name for key in third_parties(crisis)]
    # The kernel numbers the challenger past all the third parties that there could be.
    others = {**dict(enumerate(third)), PARTIES: parties["challenger"]}
    events = tuple(event.name for event in crisis.events.values())
    return Names(parties, tuple(mediators), tuple(signs), others, events=events)


def names_in_world(
    crisis: Crisis, record: Record, numbers: Mapping[str, float], *, horizon: int = 0
) -> Names:
    """Return the same with what packages hold and what talks come to be about in a world.

    `horizon`: days played, if they are more than those of the run.
    """
    names = names_of(crisis, record.parties)
    settled = settle(crisis, numbers, encode_coarsely)
    (_, first), *later = packages_by_day(crisis, settled, max(horizon, record.settings.horizon))
    return names._replace(packages=first, later=tuple(later), terms=terms_in_words(settled))


def packages_by_day(
    crisis: Crisis, settled: Settled, horizon: int
) -> list[tuple[int, tuple[str, ...]]]:
    """Return what each package of a world holds, from day 0 and from that of each event on."""
    times = timetable(crisis, settled.values, horizon)
    return [
        (start, packages_in_words(changed(crisis, settled, times.changes(epoch, epoch))))
        for epoch, start in enumerate(times.starts)
    ]


def packages_in_words(settled: Settled) -> tuple[str, ...]:
    """Return what each package of a world holds: how far the demand on each issue, what relief."""
    crisis, values = settled
    issues = [crisis.model.issues[key] for key in issues_on_table(crisis, values)]
    count = int(encode_coarsely(crisis, values).talks.packages)
    packages = packages_of(read_agenda(crisis, values).issues, count)
    return tuple(_package(issues, crisis.model.relief, positions) for positions in packages)


def terms_in_words(settled: Settled) -> tuple[str, str]:
    """Return what the talks of a world come to be about, and where they come to be held."""
    crisis, values = settled
    issues = (crisis.model.issues[key].name for key in issues_on_table(crisis, values))
    return (
        f"the talks are about {', '.join(issues)}",
        f"the talks are held in {crisis.model.venue.place}",
    )


def _package(issues: Sequence[Issue], relief: Relief, positions: np.ndarray) -> str:
    """Say what a package holds; withheld relief stands behind the issues."""
    pairs = list(zip(issues, positions, strict=False))
    moved = [_conceded(issue, position) for issue, position in pairs if position >= MOVED]
    untouched = [issue.name for issue, position in pairs if position < MOVED]
    left = [f"untouched: {', '.join(untouched)}"] if untouched else []
    return "; ".join([*moved, _given(relief, 1.0 - positions[-1]), *left])


def _conceded(issue: Issue, position: float) -> str:
    extent = _extent(position)
    return issue.steps[extent] if issue.steps else f"{issue.name} ({EXTENTS[extent]})"


def _given(relief: Relief, share: float) -> str:
    if relief.steps and share >= MOVED:
        return relief.steps[_extent(share)]
    return f"{percent(share)} of the relief" if share >= MOVED else "no relief"


def _extent(position: float) -> int:
    return sum(position >= least for least in FROM) - 1


def percent(share: float) -> str:
    """Write a share in whole percent."""
    return f"{100.0 * share:.0f} %"
