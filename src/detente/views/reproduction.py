"""How to reproduce every number, and how to cite it."""

import shlex
from collections.abc import Iterator

from detente.ensemble.run import Run
from detente.ensemble.versions import command_of
from detente.views.blocks import Block, Column, Command, Section, Table
from detente.views.material import Material


def section(material: Material) -> Section:
    """Return how to play the run again and how to cite it."""
    return Section(
        key="reproduction",
        title="How to reproduce and cite",
        answer=(
            (
                "The same version, pack and settings give the same digest on every machine; "
                "detente replay says whether they do.",
            ),
        ),
        blocks=tuple(_blocks(material.run)),
    )


def _blocks(run: Run) -> Iterator[Block]:
    yield Command("Play it again:", command_of(run.record.settings, run.record.source))
    yield Command("From Python:", run.record.call)
    yield Command("Check this run:", f"detente replay {shlex.quote(str(run.folder))}")
    yield Table(
        "record", "The run's record", (Column("What"), Column("Value")), tuple(_record(run))
    )
    yield Command("Cite as:", citation(run))


def citation(run: Run) -> str:
    """Return how to cite a run, in the words of CITATION.cff."""
    record = run.record
    return (
        f"The Detente authors. Detente (version {record.package}) [computer software]. Pack "
        f"{record.name} {record.pack[:12]}, seed {record.settings.seed}, run {run.digest}."
    )


def _record(run: Run) -> Iterator[tuple[str, str]]:
    record, settings, where = run.record, run.record.settings, run.record.environment
    yield "Pack", f"{record.name}, as of {record.as_of}"
    yield "Digest of the pack", record.pack
    yield "Digest of the numbers", record.resolved
    yield "Digest of the run", run.digest
    yield "Digest of the model", record.model
    yield "Version", f"detente {record.package}"
    yield "Commit", record.commit or "not known"
    yield "Seed", f"{settings.seed}"
    yield "Size", f"{settings.worlds} worlds x {settings.futures_of_a_world} futures"
    yield "Grid and horizon", f"{settings.grid}, {settings.horizon} days"
    yield "Environment", f"Python {where.python}, numpy {where.numpy}, numba {where.numba}"
    yield "Machine", where.platform
    yield "Played", f"{record.started} to {run.outcome.finished}"
