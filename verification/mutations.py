"""Packs, and files of observations, damaged by chance in all the ways that a text can be."""

import random
import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Annotated, NamedTuple

from detente.pack import files

LEAST_PACK = Path(__file__).parents[1] / "tests" / "cases" / "valid" / "minimal"
LEAST_SHARE = 0.85
"""Share of inputs made from the least pack: it holds every kind of table and is read fastest."""

OBSERVED = Path(__file__).with_name("seen.toml")
"""Observations without fault, of a crisis that ships."""
OBSERVED_SHARE = 0.1
"""Share of inputs made from these."""

KEY = re.compile(r"[a-z][a-z0-9_]*(?=\s*=|\])")
NUMBER = re.compile(r"(?<![\w.\-\"])-?\d+(?:\.\d+)?(?![\w\-.\"])")
VALUE = re.compile(r"(?<== ).+")
VALUES: tuple[str, ...] = ("nan", "inf", "-inf", "1e400", "-1e400", "-1e308", "-1")
VALUES += ("9" * 30, "9" * 400, "-" + "9" * 400, "9" * 5000, "0x7fffffffffffffffff", "1_000")
VALUES += ('"many"', '""', "true", "[]", "{}", "[[]]", "[1, 'a']", "2031-03-01", "0001-01-01")
VALUES += ("9999-12-31", "2031-13-01", "12:00:00", "2031-03-01T12:00:00Z", "'''\n'''", "{ a = {} }")
VALUES += ("false",)
"""Numbers beyond what a pack or a machine holds, and what is no number.

Numbers within what a pack may hold are put there and played by `verification.extremes`.
"""
DOTTED: tuple[str, ...] = ("actors.north.war_cost.value", "actors.north.name.x", "as_of.x", '"".""')
DOTTED += ("a.b.c.d.e.f", "talks.packages", "options.a.change.b", "venue", "correlations.of")
DOTTED += ('actors."a.b".name', "defences.north.layers.x.reach.range", '"\\u0000"', "a." * 40 + "a")
HEADERS: tuple[str, ...] = ("[actors]", "[[actors]]", "[[correlations]]", "[correlations]", "[")
HEADERS += ("[a.b.c]", "[[forces.fleet]]", '["".""]', "[claims.default]", "[[[x]]]", "[]")
HEADERS += ("[options.a.change]", "[x]")
CHARACTERS: tuple[str, ...] = ("\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\x00", "\x85")
CHARACTERS += ("\x1b[31m", "\u2028", "\u0130", "\u212a", "\U0001f600", "e\u0301", "\uffff")
CHARACTERS += ("\\u202e", "\\u0000", "\\ud800", "\\U0010ffff", "\\U00110000", "\\u001b")
CHARACTERS += ("\r", "\t", "\\", '"', "'", '"""', "'''", "#")


class Pack(NamedTuple):
    """A pack to be broken: its files by name."""

    name: str
    files: Mapping[str, str]


class Input(NamedTuple):
    """What a reader is given: what was done to it, and its files by name."""

    kind: str
    files: Mapping[str, bytes]
    is_observed: Annotated[bool, "whether its one file is of observations, and no pack"] = False


def flip_bytes(luck: random.Random, text: str) -> bytes:
    """Change a few bytes to any others."""
    content = bytearray(text.encode())
    for _ in range(luck.randint(1, 6)):
        if content:
            content[luck.randrange(len(content))] = luck.randrange(256)
    return bytes(content)


def move_lines(luck: random.Random, text: str) -> str:
    """Drop, double or swap a few lines."""
    lines = text.split("\n")
    for _ in range(luck.randint(1, 3)):
        here, there = luck.randrange(len(lines)), luck.randrange(len(lines))
        deed = luck.choice(("drop", "double", "swap"))
        if deed == "drop" and len(lines) > 1:
            del lines[here]
        elif deed == "double":
            lines.insert(there, lines[here])
        else:
            lines[here], lines[there] = lines[there], lines[here]
    return "\n".join(lines)


def replace_numbers(luck: random.Random, text: str) -> str:
    """Put what is no number, or one that no pack may hold, in the place of a few numbers."""
    return _replaced(luck, text, NUMBER, lambda _: luck.choice(VALUES))


def replace_values(luck: random.Random, text: str) -> str:
    """Put values of other kinds in the place of a few whole values."""
    return _replaced(luck, text, VALUE, lambda _: luck.choice(VALUES))


def misspell_keys(luck: random.Random, text: str) -> str:
    """Misspell a few keys, or put other keys of the packs in their place."""
    return _replaced(luck, text, KEY, partial(_misspelt, luck))


def nest(luck: random.Random, text: str) -> str:
    """Put brackets around a few values, sometimes far more than a pack has."""
    depth = luck.choice((1, 1, 2, 5, 11, 13, 50, 3000))
    opening, closing = luck.choice((("[", "]"), ("{ a = ", " }"), ("{ value = ", " }"), ("[", "")))
    return _replaced(
        luck, text, VALUE, lambda value: opening * depth + value + closing * depth, most=2
    )


def dot_keys(luck: random.Random, text: str) -> str:
    """Add lines with dotted keys and with headers, right or not."""
    lines = text.split("\n")
    for _ in range(luck.randint(1, 3)):
        line = luck.choice((f"{luck.choice(DOTTED)} = {luck.choice(VALUES)}", luck.choice(HEADERS)))
        lines.insert(luck.randint(0, len(lines)), line)
    return "\n".join(lines)


def insert_characters(luck: random.Random, text: str) -> str:
    """Insert control, bidirectional and other unusual characters, raw and escaped."""
    for _ in range(luck.randint(1, 5)):
        place = luck.randint(0, len(text))
        text = text[:place] + luck.choice(CHARACTERS) + text[place:]
    return text


def swell(luck: random.Random, text: str) -> str:
    """Repeat a piece of the text until it is as long as a file may be, or longer."""
    start = luck.randrange(max(len(text), 1))
    piece = text[start : start + luck.randint(1, 200)] or "a"
    length = luck.choice((1_000, 20_000, files.MOST_BYTES - len(text), files.MOST_BYTES))
    return text[:start] + piece * max(length // len(piece), 1) + text[start:]


def break_in_several_ways(luck: random.Random, text: str) -> str:
    """Damage a text in two to four of the ways that keep it a text."""
    for _ in range(luck.randint(2, 4)):
        text = luck.choice(WAYS)(luck, text)
    return text


WAYS: tuple[Callable[[random.Random, str], str], ...] = (
    move_lines,
    replace_numbers,
    replace_values,
    misspell_keys,
    dot_keys,
    insert_characters,
)
DAMAGES: Mapping[str, Callable[[random.Random, str], str | bytes]] = {
    "bytes flipped": flip_bytes,
    "lines moved": move_lines,
    "numbers replaced": replace_numbers,
    "values replaced": replace_values,
    "keys misspelt": misspell_keys,
    "nested": nest,
    "dotted keys": dot_keys,
    "characters inserted": insert_characters,
    "several ways": break_in_several_ways,
    "swollen": swell,
}
WEIGHTS: Mapping[str, int] = {
    **dict.fromkeys(DAMAGES, 10),
    "swollen": 1,
    "random bytes": 10,
    "random TOML": 10,
}
"""How often each kind of input is made, beside the others."""


def _replaced(
    luck: random.Random,
    text: str,
    pattern: re.Pattern[str],
    new: Callable[[str], str],
    *,
    most: int = 4,
) -> str:
    spans = [match.span() for match in pattern.finditer(text)]
    chosen = luck.sample(spans, min(luck.randint(1, most), len(spans)))
    for start, end in sorted(chosen, reverse=True):
        text = text[:start] + new(text[start:end]) + text[end:]
    return text


def _misspelt(luck: random.Random, key: str) -> str:
    place = luck.randrange(len(key))
    letter = luck.choice("aeiou_-é.\u0456")
    choices = (key[:place] + letter + key[place + 1 :], key[:place] + key[place + 1 :], key.upper())
    return luck.choice((*choices, luck.choice(known_keys())))


def random_bytes(luck: random.Random) -> bytes:
    """Return up to a few hundred bytes of any kind."""
    return luck.randbytes(luck.randint(0, 300))


def random_toml(luck: random.Random) -> bytes:
    """Return tables and values made of the words of packs, well formed for the most part."""
    lines = []
    for _ in range(luck.randint(1, 25)):
        if luck.random() < 0.3:
            path = ".".join(luck.choices(known_keys(), k=luck.randint(1, 4)))
            lines.append(luck.choice(("[{}]", "[{}]", "[[{}]]")).format(path))
        else:
            lines.append(f"{luck.choice(known_keys())} = {_random_value(luck, 0)}")
    return "\n".join(lines).encode()


def _random_value(luck: random.Random, depth: int) -> str:
    form = luck.random()
    if form < 0.6 or depth > 3:
        return luck.choice((luck.choice(VALUES), f'"{luck.choice(known_keys())}"'))
    values = [_random_value(luck, depth + 1) for _ in range(luck.randint(0, 3))]
    if form < 0.8:
        return f"[{', '.join(values)}]"
    return f"{{ {', '.join(f'{luck.choice(known_keys())} = {value}' for value in values)} }}"


@cache
def packs() -> tuple[Pack, ...]:
    """Return the packs that are broken: the least valid one, then those that ship."""
    read = [files.read(LEAST_PACK), *(files.read(name) for name in files.shipped())]
    return tuple(
        Pack(text.name, {name: content.decode() for name, content in text.files.items()})
        for text in read
    )


@cache
def known_keys() -> tuple[str, ...]:
    """Return the keys of all packs, in the order of the alphabet."""
    texts = [text for one in packs() for text in one.files.values()]
    return tuple(sorted({key for text in texts for key in KEY.findall(text)}))


def make(seed: int, index: int) -> Input:
    """Return an input, the same for the same seed and index."""
    luck = random.Random(f"{seed} {index}")  # noqa: S311 - no secret
    kind = luck.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    chosen = _chosen(luck)
    is_observed = chosen.name == OBSERVED.name
    whole = {name: text.encode() for name, text in chosen.files.items()}
    if kind not in DAMAGES:
        content = random_bytes(luck) if kind == "random bytes" else random_toml(luck)
        beside = {} if is_observed else luck.choice(({}, whole))
        return Input(kind, {**beside, "x.toml": content}, is_observed)
    name = luck.choice(list(chosen.files))
    damaged = DAMAGES[kind](luck, chosen.files[name])
    broken = damaged if isinstance(damaged, bytes) else damaged.encode("utf-8", "surrogatepass")
    return Input(kind, {**whole, name: broken}, is_observed)


def _chosen(luck: random.Random) -> Pack:
    """Choose what is broken: observations, the least pack, or one that ships."""
    if luck.random() < OBSERVED_SHARE:
        return Pack(OBSERVED.name, {OBSERVED.name: OBSERVED.read_text(encoding="utf-8")})
    least, *shipped = packs()
    return least if luck.random() < LEAST_SHARE else luck.choice(shipped)
