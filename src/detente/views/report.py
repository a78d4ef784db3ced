"""Writes the report of a run as a page, Markdown or a document, with files for its tables."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from detente import rooms
from detente.disk import refuse_taken, write_whole
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener
from detente.errors import DetenteError, on_disk
from detente.text import slug
from detente.views.blocks import Table
from detente.views.figures import Figure
from detente.views.page import ReportPage, compose
from detente.views.render.html import to_html, to_png, to_svg
from detente.views.render.markdown import to_markdown

Form: TypeAlias = Literal["html", "md", "docx", "pptx", "pdf", "svg", "png"]
Part: TypeAlias = Literal["whole", "brief", "slide"]
TEXTS: dict[str, Form] = {".html": "html", ".htm": "html", ".md": "md", ".pdf": "pdf"}
BRIEF: dict[str, Form] = {**TEXTS, ".docx": "docx"}
FORMS: dict[Part, dict[str, Form]] = {
    # A Word document is always a brief, and slides are always few.
    "whole": {**BRIEF, ".pptx": "pptx"},
    "brief": BRIEF,
    "slide": {".svg": "svg", ".png": "png"},
}
"""The form of a report, or of a part of it, by the ending of the file name."""
OF_ROOMS = {"docx", "pptx", "pdf"}
"""Forms that a room writes."""
SHOWN: dict[Form, tuple[str, ...]] = {
    "docx": ("endings", "beginnings", "options"),
    "pptx": ("options", "watching"),
}
"""Sections of the appendix whose tables a form includes, if it is no full report."""
CALLED: dict[Form, str] = {"docx": "brief", "pptx": "slides"}
"""The content of a form in words, where the part that is asked for does not determine it."""
LONGEST_NAME = 60
"""Upper limit on the characters of a pack's name in the name of a file."""


class Written(NamedTuple):
    """The files written: the report, others next to it, and their total size [bytes]."""

    report: Path
    form: Form
    others: tuple[Path, ...]
    size: int

    def __repr__(self) -> str:
        """Return a summary without the list of files."""
        others = f"{len(self.others)} other files" if self.others else "no other files"
        return f"Written({str(self.report)!r}, {others}, {self.size:,} bytes)"


def report(  # noqa: PLR0913  every way to ask for it
    run: Run,
    path: Path | str | None = None,
    *,
    tlp: str | None = None,
    since: Run | None = None,
    part: Part = "whole",
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
        File to write; its ending sets the form: .html, .md, .pdf, .docx (the brief) or .pptx (six
        slides), for a slide .svg or .png. By default a page in the current folder, named after the
        pack.
    tlp
        A handling mark: clear, green, amber, amber+strict or red; none by default.
    since
        An earlier run of the crisis, with the same seed, worlds and futures; changes since then
        come first.
    part
        The whole, its brief alone, or a slide: the picture and the answer in three lines.
    tables
        A folder into which every table is written as CSV and every figure as SVG.
    overwrite
        Whether existing files are replaced.
    progress
        Called after each question with the number answered.

    Raises
    ------
    DetenteError
        If a run is damaged, the two cannot be compared, a file exists or cannot be written, the
        form or handling mark is unknown, or a program that writes the form is missing.
    """
    place = Path(default_name(run.record.name, part=part) if path is None else path)
    form = form_of(place, part)
    refuse_taken(place, overwrite=overwrite)
    write = writer_of(form)
    only = SHOWN.get(form, None if part == "whole" else ())
    page = compose(run, tlp=tlp, since=since, only=only, progress=progress)
    # Markdown links to pictures and long tables in a folder next to it.
    folder = place.with_name(f"{place.stem}-files")
    others: dict[Path, bytes] = {}
    if form == "md":
        others |= files_of(page.all_tables, page.figures, folder, is_linked=True)
    if tables is not None:
        others |= files_of(page.all_tables, page.figures, Path(tables))
    for one in others:
        refuse_taken(one, overwrite=overwrite)
    written: dict[Form, Callable[[], bytes]] = {
        "png": lambda: to_png(page),
        "svg": lambda: to_svg(page).encode(),
        "html": lambda: to_html(page).encode(),
        "md": lambda: to_markdown(page, folder=folder.name).encode(),
    }
    files = {**others, place: written[form]() if write is None else write(page)}
    for file, content in files.items():
        with on_disk("cannot be written", where=file, hint="free some space or give another name"):
            write_whole(file, content)
    return Written(place, form, tuple(others), sum(map(len, files.values())))


def writer_of(form: Form) -> Callable[[ReportPage], bytes] | None:
    """Return the function of a room that writes a form; None if the form needs no room.

    Raises
    ------
    DetenteError
        If the room's extra, or a program that it needs, is not installed.
    """
    if form not in OF_ROOMS:
        return None
    writer: Callable[[ReportPage], bytes] = rooms.load(rooms.DOCUMENTS, form)()
    return writer


def default_name(name: str, form: Form | None = None, part: Part = "whole") -> str:
    """Return the default file name of a report, from letters and digits of the pack's name."""
    ending: Form = next(iter(FORMS[part].values())) if form is None else form
    kept = slug(name, "crisis", LONGEST_NAME)
    what = CALLED.get(ending, "report" if part == "whole" else part)
    return f"{kept}-{what}.{ending}"


def form_of(path: Path, part: Part = "whole") -> Form:
    """Return the form for the ending of a file name; raise DetenteError if there is none."""
    forms = FORMS[part]
    if path.suffix.lower() not in forms:
        what = "a slide" if part == "slide" else "a report"
        other = "; add --slide for a picture" if path.suffix.lower() in FORMS["slide"] else ""
        raise DetenteError(
            f"{what} is not written as {path.suffix or 'a file without an ending'}",
            where=str(path),
            hint=f"end its name in {' or '.join(dict.fromkeys(forms))}{other}",
        )
    return forms[path.suffix.lower()]


def files_of(
    tables: Iterable[Table], figures: Mapping[str, Figure], folder: Path, *, is_linked: bool = False
) -> Iterator[tuple[Path, bytes]]:
    """Yield paths and contents of the files of tables and figures; their keys are safe names.

    `is_linked`: only files to which a text refers, that is, tables too long for it and figures
    without their title, which the text has.
    """
    for table in tables:
        if table.is_ledger or not is_linked:
            yield folder / f"{table.key}.csv", table.csv().encode()
    for key, figure in figures.items():
        yield folder / f"{key}.csv", figure.csv().encode()
        yield folder / f"{key}.svg", figure.svg(titled=not is_linked).encode()
