"""The report of a run: composed once, written as one page or as Markdown."""

from collections.abc import Callable
from dataclasses import dataclass

from detente.analysis.since import since as moved
from detente.ensemble.run import Run
from detente.views import (
    answer,
    beginnings,
    drivers,
    endings,
    evidence,
    fitness,
    hypotheses,
    limits,
    options,
    reproduction,
    watching,
)
from detente.views import since as changes
from detente.views.blocks import Section, Words
from detente.views.marks import Mark, mark_of
from detente.views.material import Material

QUESTIONS: tuple[Callable[[Material], Section], ...] = (
    endings.section,
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
    fitness.section,
)
"""What is answered, in the order of the product's questions."""
GROUNDS: tuple[Callable[[Material], Section], ...] = (
    lambda known: evidence.claims(known.crisis, known.ledger),
    lambda known: evidence.assumptions(known.crisis, known.ledger),
    limits.section,
    reproduction.section,
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
    mark: Mark | None
    answer: tuple[Words, ...]
    """Sentences, the last of which says how far to rely on them."""
    sections: tuple[Section, ...]
    citation: str
    source: str


def compose(run: Run, *, tlp: str | None = None, since: Run | None = None) -> Page:
    """Return the report of a finished run; `since` is an earlier one that it is held against.

    Raises
    ------
    DetenteError
        If a run is damaged, its pack is read otherwise now, the two cannot be compared, or there is
        no such handling mark.
    """
    mark = None if tlp is None else mark_of(tlp)
    material = Material(run)
    changed = () if since is None else (changes.section(material, moved(run, since)),)
    record, settings = run.record, run.record.settings
    return Page(
        title=record.title,
        name=record.name,
        as_of=record.as_of,
        version=record.package,
        pack=record.pack,
        digest=run.digest,
        size=f"{settings.worlds:,} worlds x {settings.futures_of_a_world:,} futures, "
        f"seed {settings.seed}",
        mark=mark,
        answer=answer.answer(material),
        sections=(*changed, *(ask(material) for ask in (*QUESTIONS, *GROUNDS))),
        citation=reproduction.citation(run),
        source=f"Detente {record.package}, pack {record.name} {record.pack[:12]}, run "
        f"{run.digest[:12]}",
    )
