"""The brief of a report as a Word document of two pages: text, pictures, native tables."""

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from detente.questions.wording import count
from detente.text import clean
from detente.views.blocks import (
    Block,
    Cards,
    Command,
    Listing,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    parted,
    pieces_of,
)
from detente.views.figures import Figure, style

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

    from detente.views.page import ReportPage
    from detente.views.record import HandlingMark

FONT = "Arial"
"""Font of the document; substitutes have the same widths."""
SIZE, SMALL = 9.5, 7.5
"""Font sizes of sentences, and of tables and notes [points]."""
WIDTH, MARGIN = 21.0 - 2 * 1.9, 1.9
"""Width of the text on A4, and of the margin [cm]."""
PICTURE, GAP = 11.4, 0.5
"""Width of a single picture, and of the space at its sides [cm]."""
SCALE = 3.0
"""Dots of a picture for each unit of its drawing."""
MOST_ROWS = 7
"""Upper limit on the rows of a table in a brief; the report has all."""
TABLES = {"brief-options": "options-matrix", "brief-beginnings": "first-shot"}
"""Tables of the report that replace the picture of a part of the brief."""


class Writer:
    """Writes a document from top to bottom."""

    def __init__(self, title: str, mark: "HandlingMark | None", source: str) -> None:
        self.file: Any = Document()
        self._set_up(title)
        page = self.file.sections[0]
        label = "" if mark is None else f"{mark.label} ({mark.says})"
        for part, text in ((page.header, label), (page.footer, source)):
            line = part.paragraphs[0]
            _run(line, text, size=SMALL, colour=style.QUIET)
        foot = page.footer.paragraphs[0]
        _run(foot, f"{'  ·  ' if label else ''}{label}  ·  page ", size=SMALL, colour=style.QUIET)
        _page_number(foot)

    def _set_up(self, title: str) -> None:
        about = self.file.core_properties
        about.title, about.author, about.comments = clean(title), "Detente", ""
        about.language = "en-GB"
        page = self.file.sections[0]
        page.page_width, page.page_height = Cm(21.0), Cm(29.7)
        page.left_margin = page.right_margin = Cm(MARGIN)
        page.top_margin, page.bottom_margin = Cm(1.6), Cm(1.5)
        page.header_distance = page.footer_distance = Cm(0.8)
        styles = self.file.styles
        sizes = {"Normal": SIZE, "Title": 17, "Heading 1": 12, "Heading 2": 10.5, "Caption": SMALL}
        for name, size in {**sizes, "List Bullet": SIZE}.items():
            kind = styles[name]
            kind.font.name, kind.font.size = FONT, Pt(size)
            kind.font.color.rgb = _colour(style.INK)
            fonts = kind.element.get_or_add_rPr().get_or_add_rFonts()
            for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
                fonts.set(qn(script), FONT)
            for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                fonts.attrib.pop(qn(theme), None)
            spaced = kind.paragraph_format
            is_head = name.startswith("Heading")
            spaced.space_before, spaced.space_after = Pt(7 if is_head else 0), Pt(3)
            spaced.line_spacing = 1.05
        styles["Title"].element.get_or_add_pPr().remove_all("w:pBdr")

    def heading(self, text: str, level: int = 1) -> None:
        """Write a heading; 0 is the title."""
        self.file.add_heading(clean(text), level)

    def sentence(self, words: Words, *, head: str = "", kind: str = "Normal") -> None:
        """Write a sentence with estimates in bold, after a heading on the same line."""
        line = self.file.add_paragraph(style=kind)
        if head:
            _run(line, f"{head}. ", is_bold=True, colour=style.MARK)
        _words(line, words)

    def listing(self, items: Iterable[Words]) -> None:
        """Write sentences of equal rank."""
        for item in items:
            self.sentence(item, kind="List Bullet")

    def pictures(self, *figures: Figure) -> None:
        """Write charts side by side, as PNG with titles and descriptions."""
        width = PICTURE if len(figures) == 1 else WIDTH / len(figures)
        places = self.file.add_table(1, len(figures))
        places.alignment, places.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for figure, column in zip(figures, places.columns, strict=True):
            (place,) = column.cells
            column.width = place.width = Cm(width)
            head = place.paragraphs[0]
            head.paragraph_format.keep_with_next = True
            _run(head, figure.title, is_bold=True)
            _run(head, f"  {figure.under}", size=SMALL, colour=style.QUIET)
            stream = io.BytesIO(figure.png(scale=SCALE, titled=False))
            drawn = place.add_paragraph().add_run().add_picture(stream, width=Cm(width - GAP))
            described = drawn._inline.docPr  # noqa: SLF001  the library has no other way to alt text
            described.set("descr", figure.description)
            described.set("title", figure.title)

    def table(self, table: Table, *, most: int | None = None) -> None:
        """Write a table without its empty columns; each page repeats the header row."""
        listed = table.rows[:most]
        filled = [
            place
            for place in range(len(table.columns))
            if not listed or any(row[place] for row in listed)
        ]
        columns = [table.columns[place] for place in filled]
        rows = [[row[place] for place in filled] for row in listed]
        caption = self.file.add_paragraph(style="Caption")
        caption.paragraph_format.keep_with_next = True
        _run(caption, table.caption, is_bold=True, size=SMALL, colour=style.QUIET)
        written = self.file.add_table(1 + len(rows), len(columns), style="Table Grid")
        written.alignment = WD_TABLE_ALIGNMENT.CENTER
        head = OxmlElement("w:tblHeader")
        written.rows[0]._tr.get_or_add_trPr().append(head)  # noqa: SLF001  likewise
        heads = [column.head for column in columns]
        widths = _widths(heads, rows)
        written.autofit = False
        for along, width in zip(written.columns, widths, strict=True):
            along.width = Cm(width)
        for place, cells in enumerate([heads, *rows]):
            row = written.rows[place]
            unbroken = OxmlElement("w:cantSplit")
            row._tr.get_or_add_trPr().append(unbroken)  # noqa: SLF001  likewise
            for column, cell, text, width in zip(columns, row.cells, cells, widths, strict=True):
                cell.width = Cm(width)
                line = cell.paragraphs[0]
                line.paragraph_format.space_after = Pt(0)
                line.paragraph_format.keep_with_next = place < len(rows)
                if column.is_number:
                    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                _run(line, text, size=SMALL, is_bold=not place)
        left = len(table.rows) - len(rows)
        note = f"{count(left, 'more row')} in the report." if left else ""
        _run(self.file.add_paragraph(), note, size=SMALL, colour=style.QUIET)

    def block(self, block: Block) -> None:
        """Write any block."""
        match block:
            case Sentence():
                self.sentence(block.words)
            case Listing():
                self.heading(block.title, 2)
                self.listing(block.items)
            case Table():
                self.table(block)
            case Picture(figure=figure):
                if figure is not None:
                    self.pictures(figure)
            case Command():
                self.sentence(f"{block.does}: {block.line}")
            case Cards():
                self.heading(block.title, 2)
                self.sentence(block.says)
                for card in block.cards:
                    self.heading(card.title, 3)
                    self.listing(card.lines)
            case _:
                raise NotImplementedError(type(block))

    def content(self) -> bytes:
        """Return the document's file."""
        stream = io.BytesIO()
        self.file.save(stream)
        return stream.getvalue()


def to_docx(page: "ReportPage") -> bytes:
    """Return the brief of a report as a Word document of two pages.

    Text and pictures are those of the brief, tables those of the report.
    """
    writer = Writer(page.title, page.mark, page.source)
    writer.heading(page.title, 0)
    writer.sentence(f"In this model, as of {page.as_of}. {page.size}.")
    brief, tables = page.brief, {table.key: table for table in page.all_tables}
    for lead in brief.leads:
        writer.sentence(lead.words, head=lead.title)
    first = brief.picture.figure
    writer.pictures(*([] if first is None else [first]), *brief.strip.figures)
    writer.table(tables["endings"], most=MOST_ROWS)
    for part in (brief.strip, *brief.sections):
        writer.heading(part.title)
        for words in part.answer:
            writer.sentence(words)
        table = tables.get(TABLES.get(part.key, ""))
        if table is not None:
            writer.table(table, most=MOST_ROWS)
        elif part.key != brief.strip.key:
            for block in part.blocks:
                if isinstance(block, Listing):
                    writer.listing(block.items)
            if part.figures:
                writer.pictures(*part.figures)
    return writer.content()


def to_single(section: Section) -> bytes:
    """Return the brief parts of a section as a Word document."""
    writer = Writer(section.title, None, "; ".join(section.about[:1]))
    writer.heading(section.title, 0)
    for line in section.about:
        writer.sentence(line)
    for words in section.answer:
        writer.sentence(words)
    for block in section.blocks:
        if block.level == "brief":
            writer.block(block)
    return writer.content()


def _words(line: "Paragraph", words: Words) -> None:
    for piece in pieces_of(words):
        number, rest = parted(piece)
        _run(line, number, is_bold=True)
        _run(line, rest)


def _run(
    line: "Paragraph",
    text: str,
    *,
    size: float | None = None,
    is_bold: bool = False,
    colour: str = "",
) -> None:
    if text:
        run = line.add_run(clean(text))
        run.bold = is_bold or None
        run.font.size = None if size is None else Pt(size)
        if colour:
            run.font.color.rgb = _colour(colour)


def _colour(text: str) -> RGBColor:
    return RGBColor.from_string(text.removeprefix("#"))


def _page_number(line: "Paragraph") -> None:
    """Write a field for the page number."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    line._p.append(field)  # noqa: SLF001  the library has no fields


def _widths(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Return widths of columns by their longest cells, which add up to the text width [cm].

    A heading may take two lines.
    """
    longest = []
    for at, head in enumerate(heads):
        needed = [len(head) // 2 + 1, *map(len, head.split()), *(len(row[at]) for row in rows)]
        longest.append(min(36, max(8, *needed)))
    return [WIDTH * one / sum(longest) for one in longest]
