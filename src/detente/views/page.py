"""The report of a run: composed once, written as one page or as Markdown."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from detente.analysis.since import since as moved
from detente.ensemble.run import Run
from detente.ensemble.runners import Clock
from detente.ensemble.simulate import Listener
from detente.views import (
    beginnings,
    drivers,
    endings,
    evidence,
    history,
    hypotheses,
    options,
    record,
    watching,
)
from detente.views import since as changes
from detente.views.answer import answer
from detente.views.blocks import Section, Words
from detente.views.material import Material
from detente.views.record import HandlingMark, citation, mark_of

QUESTIONS: tuple[Callable[[Material], Section], ...] = (
    lambda known: endings.in_report(known.summary, known.course, known.storylines),
    lambda known: beginnings.section(known.summary, known.course, known.causes),
    lambda known: drivers.turning(known.drivers, known.boxes, known.engagement),
    lambda known: (
        options.unplayed(known.run)
        if known.comparison is None
        else options.section(known.comparison)
    ),
    lambda known: watching.report(known.run, known.crisis, known.watched),
    lambda known: evidence.resting(known.influence),
    lambda known: (
        hypotheses.untested(known.run, known.crisis)
        if known.hypotheses is None
        else hypotheses.section(known.hypotheses)
    ),
    lambda known: history.fitness(known.run),
)
"""What is answered, in the order of the product's questions."""
GROUNDS: tuple[Callable[[Material], Section], ...] = (
    lambda known: evidence.claims(known.crisis, known.ledger),
    lambda known: evidence.assumptions(known.crisis, known.ledger),
    lambda known: record.limits(known.run),
    lambda known: record.reproduction(known.run),
)
"""What stands beneath the answers."""


@dataclass(frozen=True)
class Page:
    """A report before it is written: every sentence, table and figure of it."""

    title: str
    name: str
    as_of: str
    version: str
    pack: str
    digest: str
    size: str
    mark: HandlingMark | None
    answer: tuple[Words, ...]
    """Sentences, the last of which says how far to rely on them."""
    sections: tuple[Section, ...]
    citation: str
    source: str


def compose(
    run: Run,
    *,
    tlp: str | None = None,
    since: Run | None = None,
    progress: Listener | None = None,
) -> Page:
    """Return the report of a finished run; `since` is an earlier one that it is held against.

    `progress` is called after each question with how many are answered.

    Raises
    ------
    DetenteError
        If a run is damaged, its pack is read otherwise now, the two cannot be compared, or there is
        no such handling mark.
    """
    mark = None if tlp is None else mark_of(tlp)
    material = Material(run)
    changed = () if since is None else (changes.section(run, moved(run, since)),)
    played, settings = run.record, run.record.settings
    return Page(
        title=played.title,
        name=played.name,
        as_of=played.as_of,
        version=played.package,
        pack=played.pack,
        digest=run.digest,
        size=f"{settings.worlds:,} worlds x {settings.futures_of_a_world:,} futures, "
        f"seed {settings.seed}",
        mark=mark,
        answer=answer(material.summary, material.course),
        sections=(*changed, *_answered(material, progress)),
        citation=citation(run),
        source=f"Detente {played.package}, pack {played.name} {played.pack[:12]}, run "
        f"{run.digest[:12]}",
    )


def _answered(material: Material, progress: Listener | None) -> Iterator[Section]:
    questions = (*QUESTIONS, *GROUNDS)
    clock = Clock(len(questions), progress)
    for ask in questions:
        yield ask(material)
        clock.tell(1)
