"""A text of TOML amended field by field: its comments and all else stay."""

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from detente.errors import DetenteError
from detente.pack.toml import (
    BARE_KEY,
    TOKEN,
    KeyPath,
    Positions,
    Unreadable,
    decode,
    dotted,
    parse,
    positions,
)

MARK = codecs.BOM_UTF8
"""What some editors write at the beginning of a file."""


def amended(content: bytes, values: Mapping[KeyPath, Any], *, name: str) -> bytes:
    """Return a text of TOML with other values at paths; None takes what is there out.

    Raises
    ------
    DetenteError
        If it cannot be read, or if anything else in it, or a comment, would not be as it was; name
        is what it is called there.
    """
    changed = _readable(content, name)
    for path, value in values.items():
        for here, its in list(_steps(changed, path, value)):
            changed = _with_value(changed, here, its, name)
    return _changed(content, changed, values, name)


def with_table(content: bytes, path: KeyPath, fields: Mapping[str, Any], *, name: str) -> bytes:
    """Return a text of TOML with one more table, below the last of its kind.

    A path that ends with a number is the next entry of a list of tables.

    Raises
    ------
    DetenteError
        As `amended` does, and if the table is there already.
    """
    text = _readable(content, name)
    if _value_at(text, path) is not None:
        hint = "choose another key, or change its fields"
        raise DetenteError("is there already", where=dotted(path), hint=hint)
    end = _line_end(text)
    whole = text if text.endswith("\n") or not text else text + end
    place = _place_below(whole, path)
    key = ".".join(key_text(part) for part in path if isinstance(part, str))
    header = f"[[{key}]]" if isinstance(path[-1], int) else f"[{key}]"
    lines = (header, *(f"{key_text(one)} = {value_text(its)}" for one, its in fields.items()))
    above = end if whole[:place].strip() else ""
    below = end if whole[place:].strip() and whole[place:].splitlines()[0].strip() else ""
    block = f"{above}{end.join(lines)}{end}{below}"
    return _changed(content, whole[:place] + block + whole[place:], {path: dict(fields)}, name)


def _place_below(text: str, path: KeyPath) -> int:
    """Return where a table belongs: below the last one that its path has most in common with.

    Comments right below the fields of that one stay with it.
    """
    tables, lines = positions(text.encode()).tables, text.split("\n")
    row = len(lines) - 1
    for length in range(len(path) - 1, 0, -1):
        near = [end for one, end in tables.items() if one[:length] == path[:length]]
        if near:
            row = max(near)[0]
            break
    after = row
    while after < len(lines) and lines[after].lstrip().startswith("#"):
        after += 1
    is_free = after == len(lines) or not lines[after].strip()
    return sum(len(line) + 1 for line in lines[: after if is_free else row])


def without_table(content: bytes, path: KeyPath, *, name: str) -> bytes:
    """Return a text of TOML without a table and those within it; their comments stay.

    Raises
    ------
    DetenteError
        As `amended` does.
    """
    text = _readable(content, name)
    found, lines = positions(text.encode()), text.split("\n")
    headers = {one: row for one, (row, _) in found.headers.items() if one[: len(path)] == path}
    if not headers:
        return amended(content, {path: None}, name=name)
    for one in sorted(headers, key=lambda one: headers[one], reverse=True):
        start, end = headers[one] - 1, found.tables[one][0]
        lost = comments("\n".join(lines[start:end]))
        if not lost and start and not lines[start - 1].strip():
            start -= 1
        lines[start:end] = [f"{comment}{_line_end(text)[:-1]}" for comment in lost]
    return _changed(content, "\n".join(lines), {path: None}, name)


def _readable(content: bytes, name: str) -> str:
    """Return the text of a file that can be read."""
    text = decode(content)
    if isinstance(text, Unreadable) or isinstance(parse(text, most_values=len(text)), Unreadable):
        hint = "put that right in the file first"
        raise DetenteError("cannot be read as TOML", where=name, hint=hint)
    return text


def _changed(content: bytes, changed: str, values: Mapping[KeyPath, Any], name: str) -> bytes:
    """Return a changed text, once it is seen that nothing else of it changes."""
    text = _readable(content, name)
    is_lost = Counter(comments(text)) - Counter(comments(changed))
    if is_lost or not _is_only(changed, parse(text, most_values=len(text)), values):
        listed = ", ".join(map(dotted, values))
        hint = "change the text of the file itself"
        raise DetenteError(f"{listed} cannot be changed by itself there", where=name, hint=hint)
    return (MARK if content.startswith(MARK) else b"") + changed.encode()


def _is_only(changed: str, before: Any, values: Mapping[KeyPath, Any]) -> bool:
    """Say whether a text says what it said before, but for new values."""
    after = parse(changed, most_values=len(changed))
    wanted: Any = before
    for path, value in values.items():
        is_gone = value is None
        told = None if is_gone else parse(f"value = {value_text(value)}")
        wanted = _put(wanted, path, told["value"] if isinstance(told, dict) else None)
    return not isinstance(after, Unreadable) and _bare(after) == _bare(wanted)


def _put(tree: Any, path: KeyPath, value: Any) -> Any:
    """Return tables with a value at a path; None is nothing there."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        entries = () if tree is None else tree
        if not isinstance(entries, tuple) or first > len(entries):
            return tree
        entry = _put(entries[first] if first < len(entries) else None, rest, value)
        kept = () if entry is None else (entry,)
        return (*entries[:first], *kept, *entries[first + 1 :]) or None
    table = tree if isinstance(tree, dict) else {}
    return {**table, first: _put(table.get(first), rest, value)}


def _bare(tree: Any) -> Any:
    """Return tables without those that hold nothing."""
    if not isinstance(tree, dict):
        return tuple(map(_bare, tree)) if isinstance(tree, tuple) else tree
    below = {key: _bare(value) for key, value in tree.items() if value is not None}
    return {key: value for key, value in below.items() if value != {}}


def comments(text: str) -> list[str]:
    """Return the comments of a text, in their order."""
    found = (token[0].rstrip() for token in TOKEN.finditer(text))
    return [token for token in found if token.startswith("#")]


def _steps(text: str, path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, Any]]:
    """Yield what is to be set: a value, or each field of a table that is not in braces."""
    there = _value_at(text, path)
    if isinstance(value, Mapping) and isinstance(there, dict) and not _is_braced(text, path):
        yield from (((*path, key), value.get(key)) for key in {**there, **value})
    else:
        yield path, value


def _value_at(text: str, path: KeyPath) -> Any:
    tree: Any = parse(text, most_values=len(text))
    for part in path:
        is_held = part in tree if isinstance(tree, dict) else isinstance(part, int)
        if not is_held or (isinstance(part, int) and not 0 <= part < len(tree)):
            return None
        tree = tree[part]
    return tree


def _is_braced(text: str, path: KeyPath) -> bool:
    """Say whether a table stands in braces, and not in dotted keys that share the place of one."""
    spots = positions(text.encode()).spots
    spot = spots.get(path)
    is_shared = any(spots[one] is spot for one in spots if one[: len(path)] == path != one)
    return not is_shared and spot is not None and text.startswith("{", _offset(text, spot.value))


def _offset(text: str, point: tuple[int, int]) -> int:
    """Return the place of a line and a column, from 1, among the characters of a text."""
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: point[0] - 1]) + point[1] - 1


def _with_value(text: str, path: KeyPath, value: Any, name: str) -> str:
    found, there = positions(text.encode()), _value_at(text, path)
    if there is None:
        return text if value is None else _added(text, path, value, found, name)
    if isinstance(there, dict) and not _is_braced(text, path):
        hint = "change the text of the file itself"
        raise DetenteError(f"{dotted(path)} is a table of its own", where=name, hint=hint)
    spot = found.spots[path]
    start, end = _offset(text, spot.value), _offset(text, spot.end)
    above = text.rfind("\n", 0, _offset(text, spot.key)) + 1
    lost = [f"{comment}{_line_end(text)}" for comment in comments(text[start:end])]
    kept = text[:above] + "".join(lost)
    if value is None:
        return kept + _without(text, above, _offset(text, spot.key), end)
    return kept + text[above:start] + value_text(value) + text[end:]


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _without(text: str, above: int, start: int, end: int) -> str:
    """Return the text from the line of a field on, without the field."""
    before, after = text[above:start], text[end:]
    if before.strip():  # it stands in braces, with others
        rest = re.sub(r"\A\s*,\s*", "", after)
        is_last = rest == after
        return (re.sub(r"\s*,\s*\Z", " ", before) if is_last else before) + (
            after.lstrip(" ") if is_last else rest
        )
    line, newline, below = after.partition("\n")
    return before + line.lstrip() + newline + below if line.strip() else below


def _added(text: str, path: KeyPath, value: Any, found: Positions, name: str) -> str:
    """Return a text with a field that it does not have yet, in the table where it belongs."""
    for length in range(len(path) - 1, -1, -1):
        base, rest = path[:length], path[length:]
        is_near = length == len(path) - 1 or (*base, rest[0]) in found.spots
        pair = f"{'.'.join(key_text(str(part)) for part in rest)} = {value_text(value)}"
        if base and _is_braced(text, base):
            return _in_braces(text, _offset(text, found.spots[base].end), pair)
        if base in found.tables and is_near and not _has_header_below(base, rest, found):
            return _on_a_line(text, found.tables[base], pair)
    table = path[:-1]
    if not table or any(isinstance(part, int) for part in table):
        hint = "change the text of the file itself"
        raise DetenteError(f"{dotted(path)} has no place there yet", where=name, hint=hint)
    end = _line_end(text)
    gap = "" if text.endswith("\n") or not text else end
    header = f"[{'.'.join(key_text(str(part)) for part in table)}]"
    pair = f"{key_text(str(path[-1]))} = {value_text(value)}"
    return f"{text}{gap}{end}{header}{end}{pair}{end}"


def _has_header_below(base: KeyPath, rest: KeyPath, found: Positions) -> bool:
    """Say whether the next table on the way to a field has lines of its own."""
    below = (*base, *rest[:1])
    return len(rest) > 1 and any(one[: len(below)] == below for one in found.tables)


def _in_braces(text: str, end: int, pair: str) -> str:
    inside = text[: end - 1].rstrip()
    gap = " " if inside.endswith(("{", ",")) else ", "
    return f"{inside}{gap}{pair} {text[end - 1 :]}"


def _on_a_line(text: str, point: tuple[int, int], pair: str) -> str:
    """Return a text with a line below the one of a place, as far in as that one."""
    lines = text.split("\n")
    above = lines[point[0] - 1]
    indent = "" if above.lstrip().startswith("[") else re.match(r"\s*", above)
    space = indent if isinstance(indent, str) else indent[0] if indent else ""
    carriage = "\r" if above.endswith("\r") else ""
    lines[point[0] : point[0]] = [f"{space}{pair}{carriage}"]
    return "\n".join(lines)


def key_text(key: str) -> str:
    """Return a key as TOML has it."""
    return key if BARE_KEY.fullmatch(key) else _text(key)


def value_text(value: Any) -> str:
    """Return a value as TOML has it."""
    if isinstance(value, dict):
        pairs = (f"{key_text(key)} = {value_text(below)}" for key, below in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(value_text, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    """Return a text in quotes; what cannot be seen is written as its number."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(
        character if character.isprintable() else f"\\U{ord(character):08x}" for character in quoted
    )
