"""The report of a run in two parts: a brief, and an appendix with all sections in order."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from detente.ensemble.run import Run
from detente.ensemble.runners import Clock, Listener
from detente.questions.since import since as moved
from detente.views import record
from detente.views import since as changes
from detente.views.blocks import Block, Column, Listing, Section, Table, Words, cell
from detente.views.brief import Brief, brief
from detente.views.figures import Figure
from detente.views.material import Material
from detente.views.record import HandlingMark, citation, mark_of
from detente.views.register import SECTIONS

MOST_ROWS = {"brief": 25, "full": 10}
"""Upper limit on the rows of a table in a report, shown or folded; open, they make 9,000 words."""


@dataclass(frozen=True)
class ReportPage:
    """The content of a report, before it is written in a format."""

    title: str
    name: str
    as_of: str
    version: str
    pack: str
    digest: str
    size: str
    mark: HandlingMark | None
    brief: Brief
    appendix: tuple[Section, ...]
    """Empty if only the brief is asked for; for documents, the sections that they show."""
    tables: str
    """Command that writes all tables in full."""
    citation: str
    source: str

    @property
    def sections(self) -> tuple[Section, ...]:
        """Return all sections, those of the brief first."""
        return (self.brief.strip, *self.brief.sections, *self.appendix)

    @property
    def all_tables(self) -> list[Table]:
        """Return all tables, those of the brief first."""
        blocks = (block for section in self.sections for block in section.blocks)
        return [block for block in blocks if isinstance(block, Table)]

    @property
    def figures(self) -> dict[str, Figure]:
        """Return all figures by their keys, those of the brief first."""
        sections = (figure for section in self.appendix for figure in section.figures)
        return {figure.key: figure for figure in (*self.brief.figures, *sections)}


def _readable(section: Section, said: set[Words]) -> Section:
    """Return a section for reading: long tables become files, repeated notes are left out.

    `said`: notes on reading of the sections above; those of this section are added to it.
    """
    blocks = tuple(
        replace(block, is_apart=True)
        if isinstance(block, Table) and len(block.rows) > MOST_ROWS[block.level]
        else block
        for block in section.blocks
    )
    reading = tuple(words for words in section.reading if words not in said)
    said.update(reading)
    return replace(section, blocks=blocks, reading=reading)


def compose(
    run: Run,
    *,
    tlp: str | None = None,
    since: Run | None = None,
    only: Collection[str] | None = None,
    progress: Listener | None = None,
) -> ReportPage:
    """Return the report of a finished run; `since` is an earlier run to compare it with.

    `only`: keys of the sections of the appendix; all unless given. `progress` is called after each
    question with the number answered.

    Raises
    ------
    DetenteError
        If a run is damaged, its pack is read differently now, the two cannot be compared, or the
        handling mark is unknown.
    """
    mark = None if tlp is None else mark_of(tlp)
    material = Material(run)
    changed = () if since is None else (changes.section(moved(run, since)),)
    asked = [view for key, view in SECTIONS.items() if only is None or key in only]
    clock = Clock(1 + len(asked), progress)
    appendix: list[Section] = []
    said: set[Words] = set()
    if only is None:
        appendix += changed
    for view in asked:
        appendix.append(_readable(view.of(material), said))
        clock.report(1)
    if only is None:
        fared = record.fared(material.crisis.model.accepted_set)
        appendix.append(Section("fared", "How have such models fared?", (fared,)))
    played, settings = run.record, run.record.settings
    size = (
        f"{settings.worlds:,} sets of assumptions x {settings.futures_of_a_world:,} "
        f"courses of events, seed {settings.seed}"
    ) + ("" if run.weighing is None else f"; {run.weighing.says}")
    above = f"{played.title} {size}" + ("" if mark is None else f" {mark.label} {mark.says}")
    first = brief(material, changed, above)
    clock.report(1)
    if only is None:
        appendix += tuple(_in_numbers(first, appendix))
    return ReportPage(
        title=played.title,
        name=played.name,
        as_of=played.as_of,
        version=played.package,
        pack=played.pack,
        digest=run.digest,
        size=size,
        mark=mark,
        brief=first,
        appendix=tuple(appendix),
        tables=f"detente report {run.in_command} --tables FOLDER",
        citation=citation(run),
        source=f"Detente {played.package}, pack {played.name} {played.pack[:12]}, run "
        f"{run.digest[:12]}",
    )


def _in_numbers(found: Brief, others: Sequence[Section]) -> Iterator[Section]:
    """Yield a section with the numbers of figures that only the brief draws."""
    drawn = {figure.key for section in others for figure in section.figures}
    only = [figure for figure in found.figures if figure.key not in drawn]
    if only:
        blocks: list[Block] = []
        for figure in only:
            heads, rows = figure.table
            cells = tuple(tuple(map(cell, row)) for row in rows)
            blocks += [
                Table(figure.key, figure.title, tuple(map(Column, heads)), cells, is_apart=True),
                Listing(f"How to read it: {figure.title}", figure.notes, level="full"),
            ]
        yield Section("drawn", "The pictures of the brief in numbers", (), tuple(blocks))
