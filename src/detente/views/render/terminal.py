"""Sections as lines of a terminal: wrapped text, tables in columns, bar charts in characters."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from detente.text import clean, wrapped
from detente.views.blocks import (
    Bar,
    Bars,
    Block,
    Cards,
    Command,
    Level,
    Listing,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    plain,
)
from detente.views.render.grid import GAP, Screen, grid

SHORTEST_BAR = 8
"""Least length of bars; narrower charts have none [characters]."""
MOST_BARS = 13
FEWEST_ROWS = 3
"""Least number of rows of a table that is cut to fit one screen."""
FEWEST_COMMANDS = 1
"""Least number of next commands that make no room for a picture."""
ASCII = str.maketrans("█▓▒░·━●◆", "#=-:.=o*")
"""Substitutes for characters that a terminal cannot show."""


def to_text(
    sections: Iterable[Section], screen: Screen, *, quiet: bool = False, level: Level = "full"
) -> str:
    """Return sections as text; `quiet` leaves out notes on reading and next questions."""
    chapters = ["\n".join(_section(one, screen, quiet, level)).rstrip() for one in sections]
    return "\n\n".join(chapters) + "\n"


def to_screen(
    sections: Iterable[Section], screen: Screen, most: int, rest: str, *, quiet: bool = False
) -> str:
    """Return the beginning of sections as text of at most `most` words, unless answers are longer.

    Answers are complete. Blocks follow in order while they fit; a table, or a chart of dates or
    marks, may lose rows. The last next commands make room for a picture that comes first. `rest`
    is the command that prints everything.
    """
    shown = []
    for section in sections:
        cut = _cut(section, screen, most, rest, quiet=quiet)
        shown.append(cut)
        most -= _words(_section(cut, screen, quiet, "full"))
    return to_text(shown, screen, quiet=quiet)


def _cut(section: Section, screen: Screen, most: int, rest: str, *, quiet: bool) -> Section:
    """Return a section with the blocks and notes on reading that fit into `most` words."""
    if _words(_section(section, screen, quiet, "full")) <= most:
        return section
    own = next((one for one in section.next if one.line.endswith(" --all")), None)
    whole = own or Command("all of it", rest)
    least = replace(
        section,
        blocks=(whole,) if quiet else (),
        next=section.next if own else (whole, *section.next),
        reading=(),
    )
    first = next(iter(section.blocks), None)
    size = _words(_block(first, screen)) if isinstance(first, Picture) else 0
    while not quiet and len(least.next) > FEWEST_COMMANDS:
        if size + _words(_section(least, screen, quiet, "full")) <= most:
            break
        least = replace(least, next=least.next[:-1])
    most -= _words(_section(least, screen, quiet, "full"))
    kept: list[Block] = []
    for block in section.blocks:
        fits, size = block, _words(_block(block, screen))
        while size > most and (less := _less(fits)) is not None:
            fits, size = less, _words(_block(less, screen))
        if size <= most:
            kept.append(fits)
            most -= size
        if fits is not block or size > most:
            break
    reading = section.reading
    if _words(plain(words) for words in reading) > most:
        reading = ()
    return replace(least, blocks=(*kept, *least.blocks), reading=reading)


def _less(block: Block) -> Block | None:
    """Return a block without its last row, or first date; None if too short or not to be cut."""
    match block:
        case Table() if len(block.rows) > FEWEST_ROWS:
            return replace(block, rows=block.rows[:-1])
        case Picture(bars=Bars(are_days=True) as bars) if len(bars.rows) > FEWEST_ROWS:
            return replace(block, bars=bars._replace(rows=bars.rows[1:]))
        case Picture(bars=Bars(marks=(_, *_)) as bars) if len(bars.rows) > FEWEST_ROWS:
            return replace(block, bars=bars._replace(rows=bars.rows[:-1]))
    return None


def _words(lines: Iterable[str]) -> int:
    """Return the number of words between blanks; numbers and bars count."""
    return sum(len(line.split()) for line in lines)


def _section(section: Section, screen: Screen, quiet: bool, level: Level) -> Iterator[str]:
    yield _bold(section.title, screen)
    yield from (wrapped(line, screen.room) for line in section.about)
    if section.about:
        yield ""
    yield from (wrapped(plain(words), screen.room) for words in section.answer)
    shown = [one for one in section.blocks if level == "full" or one.level == "brief"]
    for lines in filter(None, (list(_block(block, screen)) for block in shown)):
        yield from ("", *lines)
    if section.reading and not quiet:
        yield from ("", _bold("How to read it", screen))
        yield from (wrapped(plain(words), screen.room) for words in section.reading)
    if section.next and not quiet:
        yield from ("", _bold("Next", screen), *_commands(section.next, screen))


def _bold(text: str, screen: Screen) -> str:
    line = wrapped(text, screen.room)
    return f"\033[1m{line}\033[0m" if screen.has_styles and line else line


def _block(block: Block, screen: Screen) -> Iterator[str]:
    match block:
        case Sentence():
            yield wrapped(plain(block.words), screen.room)
        case Listing():
            yield _bold(block.title, screen)
            yield from _items(block.items, screen)
        case Cards():
            yield _bold(block.title, screen)
            yield wrapped(plain(block.says), screen.room)
            for card in block.cards:
                yield from ("", _bold(card.title, screen))
                yield from _items(card.lines, screen)
                yield from (f"  {clean(card.command)}",) if card.command else ()
        case Command():
            yield wrapped(block.does, screen.room)
            yield f"  {clean(block.line)}"
        case Table():
            yield _bold(block.caption, screen)
            heads = [column.head for column in block.columns]
            are_numbers = [column.is_number for column in block.columns]
            yield from grid(heads, block.rows, are_numbers, screen)
        case Picture(bars=bars):
            if bars is not None:
                yield _bold(bars.caption, screen)
                yield from _chart(bars, screen)
        case _:
            raise NotImplementedError(type(block))


def _items(items: Iterable[Words], screen: Screen) -> Iterator[str]:
    yield from (wrapped(f"- {plain(item)}", screen.room, indent=2, hang=4) for item in items)


def _commands(commands: Sequence[Command], screen: Screen) -> Iterator[str]:
    """Yield command lines with their effects; lines are not wrapped and can be copied."""
    lines = [(clean(one.line), clean(one.does)) for one in commands]
    longest = max(len(line) for line, _ in lines)
    widest = longest + max(len(does) for _, does in lines) + 2 * GAP
    if screen.room is None or widest <= screen.room:
        yield from (f"  {line:<{longest}}  {does}" for line, does in lines)
    else:
        for line, does in lines:
            yield from (f"  {line}", f"    {does}")


def _chart(bars: Bars, screen: Screen) -> Iterator[str]:
    """Yield a bar chart in characters; of days at most `MOST_BARS` evenly spaced ones are shown."""
    step = max(1, -(-(len(bars.rows) - 1) // (MOST_BARS - 1))) if bars.are_days else 1
    chosen = list(bars.rows[::step])
    rows = chosen if chosen[-1] is bars.rows[-1] else [*chosen, bars.rows[-1]]
    label, *heads = bars.heads
    first = max([len(label), *(len(row.label) for row in rows)])
    sizes = [
        max(len(head), *(len(row.cells[place]) for row in rows)) for place, head in enumerate(heads)
    ]
    others = first + sum(sizes) + GAP * (len(sizes) + 1)
    width = bars.width if screen.room is None else min(bars.width, screen.room - others)
    width = width if width >= SHORTEST_BAR else 0
    legend = "   ".join(f"{mark} {name}" for mark, name in (*bars.parts, *bars.marks) if name)
    if width:
        room = first + GAP + len(legend) if screen.room is None else screen.room
        yield _shown(" " * max(0, min(first + GAP, room - len(legend))) + legend, screen)
    yield _line(label, " " * width, heads, (first, sizes))
    for row in rows:
        yield _shown(_line(row.label, _bar(row, bars, width), row.cells, (first, sizes)), screen)


def _bar(row: Bar, bars: Bars, width: int) -> str:
    """Return a bar; ends of parts are rounded sums, so that it is never too long."""
    ends = [0, *(round(width * min(1.0, total)) for total in accumulate(row.parts))]
    parts = zip(pairwise(ends), bars.parts, strict=False)
    drawn = list("".join((end - start) * mark for (start, end), (mark, _) in parts).ljust(width))
    for place, mark in row.marks if width else ():
        drawn[min(width - 1, int(width * place))] = mark
    return "".join(drawn)


def _line(label: str, bar: str, cells: Sequence[str], sizes: tuple[int, Sequence[int]]) -> str:
    first, others = sizes
    columns = [cell.rjust(size) for cell, size in zip(cells, others, strict=True)]
    return (" " * GAP).join([label.rjust(first), *([bar] if bar else []), *columns]).rstrip()


def _shown(line: str, screen: Screen) -> str:
    text = clean(line).rstrip()
    return text if screen.has_blocks else text.translate(ASCII)
