"""Writes the report of a run: one page or Markdown, with its tables, whole or not at all."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from detente.ensemble.run import Run
from detente.ensemble.simulate import Listener
from detente.ensemble.store import write_aside
from detente.errors import DetenteError
from detente.views.blocks import Picture, Table
from detente.views.page import Page, compose
from detente.views.render.html import to_html
from detente.views.render.markdown import to_markdown

Form: TypeAlias = Literal["html", "md"]
FORMS: dict[str, Form] = {".html": "html", ".htm": "html", ".md": "md"}
"""The form of a report by how its name ends."""
UNSAFE = re.compile(r"[^a-z0-9]+")
LONGEST_NAME = 60
"""Characters of a pack's name that go into the name of a file."""


class Written(NamedTuple):
    """What was written: the report, the files next to it, how large all of it is."""

    report: Path
    form: Form
    beside: tuple[Path, ...]
    size: int

    def __repr__(self) -> str:
        """Show it without the list of the files."""
        others = f"{len(self.beside)} other files" if self.beside else "no other files"
        return f"Written({str(self.report)!r}, {others}, {self.size:,} bytes)"


def report(  # noqa: PLR0913  every way to ask for it
    run: Run,
    path: Path | str | None = None,
    *,
    tlp: str | None = None,
    since: Run | None = None,
    tables: Path | str | None = None,
    overwrite: bool = False,
    progress: Listener | None = None,
) -> Written:
    """Write the report of a finished run.

    Parameters
    ----------
    run
        A finished run.
    path
        Where it goes; its ending, .html or .md, says in which form. Named after the pack, a page
        in the current folder, unless given.
    tlp
        A handling mark: clear, green, amber, amber+strict or red; none unless given.
    since
        An earlier run of the crisis, with the same seed, worlds and futures; what has changed
        since then comes first.
    tables
        A folder into which every table is written as CSV and every figure as SVG.
    overwrite
        Whether files that are there already are replaced.
    progress
        Called after each question with how many are answered.

    Raises
    ------
    DetenteError
        If a run is damaged, the two cannot be compared, a file is there already or cannot be
        written, or there is no such form or handling mark.
    """
    place = Path(default_name(run.record.name) if path is None else path)
    form = form_of(place)
    folder = None if tables is None else Path(tables)
    refuse_taken(place, overwrite=overwrite)
    page = compose(run, tlp=tlp, since=since, progress=progress)
    others = {} if folder is None else dict(beside(page, folder))
    for one in others:
        refuse_taken(one, overwrite=overwrite)
    text = to_html(page) if form == "html" else to_markdown(page)
    files = {**others, place: text.encode()}
    _write(files)
    return Written(place, form, tuple(others), sum(map(len, files.values())))


def _write(files: Mapping[Path, bytes]) -> None:
    for path, content in files.items():
        try:
            write_aside(path, content)
        except OSError as fault:
            what = f"cannot be written: {fault.strerror or fault}"
            hint = "free some space or give another name"
            raise DetenteError(what, where=str(path), hint=hint) from fault


def default_name(name: str, form: Form = "html") -> str:
    """Return the name of a report that nobody named: letters and digits of the pack's name."""
    kept = UNSAFE.sub("-", name.lower())[:LONGEST_NAME].strip("-")
    return f"{kept or 'crisis'}-report.{form}"


def form_of(path: Path) -> Form:
    """Return the form that a name asks for.

    Raises
    ------
    DetenteError
        If its ending is that of no form.
    """
    if path.suffix.lower() not in FORMS:
        raise DetenteError(
            f"a report is not written as {path.suffix or 'a file without an ending'}",
            where=str(path),
            hint=f"end its name in {' or '.join(dict.fromkeys(FORMS))}",
        )
    return FORMS[path.suffix.lower()]


def refuse_taken(path: Path, *, overwrite: bool) -> None:
    """Refuse a file that is there already.

    Raises
    ------
    DetenteError
        If it is, unless it may be replaced; a folder never is.
    """
    if path.exists() and (path.is_dir() or not overwrite):
        hint = "give another name" if path.is_dir() else "give another name, or add --overwrite"
        raise DetenteError("is there already", where=str(path), hint=hint)


def beside(page: Page, folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield every table and figure with its file; the keys that name them are our own."""
    for section in page.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                yield folder / f"{block.key}.csv", block.csv().encode()
            elif isinstance(block, Picture) and block.figure is not None:
                yield folder / f"{block.figure.key}.csv", block.figure.csv().encode()
                yield folder / f"{block.figure.key}.svg", block.figure.svg(titled=True).encode()
