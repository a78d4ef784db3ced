"""A report as up to six slides: answer and strip, picture, why, options, signs, limits."""

import io
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from detente.text import clean
from detente.views.blocks import Section, Table, Words, parted, pieces_of, plain
from detente.views.figures import Figure, style
from detente.views.render.html import LEADING, NARROW, size_of

if TYPE_CHECKING:
    from detente.views.page import ReportPage

FONT = "Arial"
WIDE, HIGH = 13.333, 7.5
"""Size of a slide, 16:9 [inches]."""
TITLE_ONLY = 5
"""Index of the layout with only a title in the library's default template."""
POINTS = 72
SIZES = (20, 18, 16, 14, 13, 12)
"""Font sizes; the largest that fits is used [points]."""
CELL = 14
"""Font size in a table [points]."""
SCALE = 4.0
"""Dots of a picture for each unit of its drawing."""
MOST_ROWS = 9
"""Upper limit on the rows of a table on a slide; the report has all."""


class Box(NamedTuple):
    """A rectangle on a slide [inches]."""

    left: float
    top: float
    width: float
    height: float

    @property
    def lengths(self) -> tuple[Any, ...]:
        """Return position and size as lengths of the library."""
        return tuple(map(Inches, self))


TITLE = Box(0.6, 0.35, 12.1, 0.95)
BODY = Box(0.6, 1.45, 12.1, 5.35)
FOOT = Box(0.6, 6.95, 12.1, 0.35)
LEFT, RIGHT = Box(0.6, 1.45, 5.3, 5.35), Box(6.2, 1.45, 6.5, 5.35)
ABOVE, BELOW = Box(0.6, 1.45, 12.1, 1.4), Box(0.6, 3.0, 12.1, 3.8)


class Slide(NamedTuple):
    """The content of a slide: title, sentences, and a picture or a table."""

    title: str
    says: tuple[Words, ...]
    figure: Figure | None = None
    table: Table | None = None


def to_pptx(page: "ReportPage") -> bytes:
    """Return a report as slides."""
    file: Any = Presentation()
    file.slide_width, file.slide_height = Inches(WIDE), Inches(HIGH)
    file.core_properties.title, file.core_properties.author = clean(page.title), "Detente"
    label = "" if page.mark is None else f"{page.mark.label} ({page.mark.says})  ·  "
    for number, one in enumerate(slides(page), start=1):
        slide = file.slides.add_slide(file.slide_layouts[TITLE_ONLY])
        title = slide.shapes.title
        title.left, title.top, title.width, title.height = TITLE.lengths
        _fill(title.text_frame, (one.title,), size=_size((one.title,), TITLE, (28, 24, 20)))
        title.text_frame.paragraphs[0].runs[0].font.bold = True
        place = LEFT if one.figure is not None else BODY if one.table is None else ABOVE
        if one.says:
            frame = slide.shapes.add_textbox(*place.lengths).text_frame
            _fill(frame, one.says, size=_size(one.says, place, SIZES))
        if one.figure is not None:
            _picture(slide, one.figure, RIGHT if one.says else BODY)
        if one.table is not None:
            _table(slide, one.table)
        foot = slide.shapes.add_textbox(*FOOT.lengths).text_frame
        _fill(foot, (f"{label}{page.source}  ·  {number}",), size=10, colour=style.QUIET)
        notes = () if one.figure is None else one.figure.notes
        if notes:
            slide.notes_slide.notes_text_frame.text = clean("\n".join(notes))
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def slides(page: "ReportPage") -> Iterator[Slide]:
    """Yield the slides of a report; one that has only sentences is added to the last."""
    brief = page.brief
    parts = {one.key.removeprefix("brief-"): one for one in brief.sections}
    by_key = {one.key: one for one in page.appendix}
    course, helps, watch, sure = brief.leads
    facts = f"In this model, as of {page.as_of}. {page.size}."
    yield Slide(page.title, (facts, course.words), _first(brief.strip))
    picture = brief.picture.figure
    title = course.title if picture is None else picture.title
    certain = (f"{sure.title}. ", *pieces_of(sure.words))
    yield Slide(title, (certain, *brief.strip.answer[:1]), picture)
    begun, options, watching = parts["beginnings"], by_key["options"], by_key["watching"]
    # Without options the brief has no section on them, but the report has.
    said = parts["options"].answer if "options" in parts else options.answer[1:]
    tables = (one for one in watching.blocks if isinstance(one, Table) and one.level == "brief")
    signs = next(tables, None)
    caption = () if signs is None else (f"{signs.caption}:",)
    sentences: list[Words] = []
    for slide in (
        Slide(begun.title, begun.answer, _first(begun)),
        Slide(options.title, (helps.words, *said), _first(options)),
        Slide(watching.title, (watch.words, *caption), table=signs),
    ):
        if slide.figure is not None or slide.table is not None:
            yield slide
        elif slide.says:
            lead, *rest = slide.says
            sentences += [(f"{slide.title} ", *pieces_of(lead)), *rest]
    title, limits = "Limits", parts["limits"].answer
    if sentences:
        title = "Other answers and limits"
        limits = (("Limits. ", *pieces_of(limits[0])), *limits[1:])
    yield Slide(title, (*sentences, *limits, *parts["evidence"].answer))


def _first(section: Section) -> Figure | None:
    return section.figures[0] if section.figures else None


def _size(texts: Iterable[Words], place: Box, sizes: Sequence[int]) -> int:
    """Return the largest font size in which texts fit, or else the smallest."""
    written = [plain(one) for one in texts]
    for size in sizes:
        across = int(place.width * POINTS / (NARROW * size))
        # Sentences are half a line apart.
        lines = sum(len(textwrap.wrap(one, across)) for one in written) + 0.5 * len(written)
        if lines * LEADING * size <= place.height * POINTS:
            return size
    return sizes[-1]


def _fill(frame: Any, texts: Sequence[Words], *, size: int, colour: str = style.INK) -> None:
    """Write paragraphs into a frame, with estimates in bold."""
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP
    for place, words in enumerate(texts):
        line = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        line.alignment, line.space_after = PP_ALIGN.LEFT, Pt(size / 2)
        for piece in pieces_of(words):
            number, rest = parted(piece)
            for text, is_bold in ((number, True), (rest, False)):
                if text:
                    run = line.add_run()
                    run.text = clean(text).replace(" %", "\N{NO-BREAK SPACE}%")
                    font = run.font
                    font.name, font.size, font.bold = FONT, Pt(size), is_bold
                    font.color.rgb = _colour(colour)


def _colour(text: str) -> RGBColor:
    made: RGBColor = RGBColor(*bytes.fromhex(text.removeprefix("#")))  # type: ignore[no-untyped-call]
    return made


def _picture(slide: Any, figure: Figure, room: Box) -> None:
    """Add a chart as PNG, as large as fits, with a description."""
    wide, high = size_of(figure.svg())
    scale = min(room.width / wide, room.height / high)
    width, height = wide * scale, high * scale
    left, top = room.left + (room.width - width) / 2, room.top + (room.height - height) / 2
    stream = io.BytesIO(figure.png(scale=SCALE, titled=False))
    drawn = slide.shapes.add_picture(stream, *Box(left, top, width, height).lengths)
    described = drawn._element.nvPicPr.cNvPr  # noqa: SLF001  the library has no other way to alt text
    described.set("descr", figure.description)
    described.set("title", figure.title)


def _table(slide: Any, table: Table) -> None:
    """Add a native table, with its caption as description."""
    rows = table.rows[:MOST_ROWS]
    frame = slide.shapes.add_table(1 + len(rows), len(table.columns), *BELOW.lengths)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", table.caption)  # noqa: SLF001  likewise
    heads = tuple(column.head for column in table.columns)
    for down, cells in enumerate((heads, *rows)):
        frame.table.rows[down].height = Inches(0.3)
        for across, (column, text) in enumerate(zip(table.columns, cells, strict=True)):
            cell = frame.table.cell(down, across)
            _fill(cell.text_frame, (text or " ",), size=CELL)
            line = cell.text_frame.paragraphs[0]
            line.space_after = Pt(0)
            line.alignment = PP_ALIGN.RIGHT if column.is_number else PP_ALIGN.LEFT
            if not down:
                line.runs[0].font.bold = True
                line.runs[0].font.color.rgb = _colour(style.PAPER)
