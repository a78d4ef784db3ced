"""Changes single fields in a text of TOML; comments and all else stay."""

import codecs
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable

from detente.errors import DetenteError
from detente.pack.toml import (
    TOKEN,
    KeyPath,
    Unreadable,
    decode,
    dotted,
    key_text,
    parse,
    value_at,
    value_text,
    with_value,
)

MARK = codecs.BOM_UTF8
"""The byte order mark that some editors write at the beginning of a file."""
BY_HAND = "change the text of the file itself"


def amended(content: bytes, values: Mapping[KeyPath, Any], *, name: str) -> bytes:
    """Return a text of TOML with values set at paths; None removes a value.

    Raises `DetenteError` if the text cannot be read, or if the change would alter anything else in
    it or lose a comment; `name` is how errors call the text.
    """

    def change(document: tomlkit.TOMLDocument) -> str:
        text = document.as_string()
        for path, value in values.items():
            _set(document, path, value, name)
            changed = document.as_string()
            text = _with_comments(text, changed)
            document = document if text == changed else tomlkit.parse(text)
        return text

    return _changed(content, change, values, name)


def with_table(content: bytes, path: KeyPath, fields: Mapping[str, Any], *, name: str) -> bytes:
    """Return a text of TOML with a table added below the last of its kind.

    A path that ends with a number is the next entry of a list of tables.

    Raises `DetenteError` as `amended` does, and if the table exists.
    """

    def change(document: tomlkit.TOMLDocument) -> str:
        if value_at(document, path) is not None:
            hint = "choose another key, or change its fields"
            raise DetenteError("is there already", where=dotted(path), hint=hint)
        table = tomlkit.table()
        for key, value in fields.items():
            table.append(key, tomlkit.value(value_text(value)))
        above = _holder(document, path)
        if isinstance(path[-1], int):
            above.append(table)
        else:
            above[path[-1]] = table
        key = ".".join(key_text(part) for part in path if isinstance(part, str))
        header = f"[[{key}]]" if isinstance(path[-1], int) else f"[{key}]"
        before, _, after = document.as_string().rpartition(header)
        fields_end = len(table.as_string()) + 1
        block, below = after[:fields_end], after[fields_end:]
        gap = "\n" if before.strip() and not before.endswith("\n\n") else ""
        gap_below = "\n" if below.strip() and not below.startswith("\n") else ""
        return f"{before}{gap}{header}{block}{gap_below}{below}"

    return _changed(content, change, {path: dict(fields)}, name)


def _holder(document: tomlkit.TOMLDocument, path: KeyPath) -> Any:
    """Return the table or list that contains the last key of a path; missing ones are made."""
    table: Any = document
    for part, below in pairwise(path):
        if isinstance(table, dict) and part not in table:
            table[part] = tomlkit.aot() if isinstance(below, int) else tomlkit.table()
        table = table[part]
    if isinstance(table, dict | list):
        return table
    raise LookupError(dotted(path))


def _set(document: tomlkit.TOMLDocument, path: KeyPath, value: Any, name: str) -> None:
    """Set or remove a value; a table written in lines of its own keeps that form."""
    there: Any = value_at(document, path)
    if value is None and there is None:
        return
    table, last = _holder(document, path), path[-1]
    if value is None:
        del table[last]
        if isinstance(table, AoT) and not table:
            _set(document, path[:-1], None, name)
    elif not isinstance(there, Mapping | AoT) or isinstance(there, InlineTable):
        table[last] = item = tomlkit.value(value_text(value))
        if there is None and isinstance(table, InlineTable):
            item.trivia.trail = " "  # before the brace, as value_text has it
    elif isinstance(value, Mapping) and isinstance(there, Mapping):
        for key in {**there, **value}:
            _set(document, (*path, key), value.get(key), name)
    else:
        raise DetenteError(f"{dotted(path)} is a table of its own", where=name, hint=BY_HAND)


def _changed(
    content: bytes,
    change: Callable[[tomlkit.TOMLDocument], str],
    values: Mapping[KeyPath, Any],
    name: str,
) -> bytes:
    """Return a changed text after checking that nothing else in it changed."""
    text = decode(content)
    before = text if isinstance(text, Unreadable) else parse(text, most_values=len(text))
    if isinstance(text, Unreadable) or isinstance(before, Unreadable):
        hint = "put that right in the file first"
        raise DetenteError("cannot be read as TOML", where=name, hint=hint)
    has_carriages = 0 < text.count("\n") == text.count("\r\n")
    text = text.replace("\r\n", "\n") if has_carriages else text
    refused = DetenteError(
        f"{', '.join(map(dotted, values))} cannot be changed by itself there",
        where=name,
        hint=BY_HAND,
    )
    try:
        document = tomlkit.parse(text)
        # tomlkit swallows the space between a day and the brace behind it.
        read = zip(document.as_string().split("\n"), text.split("\n"), strict=True)
        others = {line: written for line, written in read if line != written}
        lines = change(document).split("\n")
        changed = "\n".join(others.get(line, line) for line in lines)
    except (TOMLKitError, LookupError, ValueError) as fault:
        raise refused from fault
    if not _is_only(changed, before, values):
        raise refused
    written = changed.replace("\n", "\r\n") if has_carriages else changed
    return (MARK if content.startswith(MARK) else b"") + written.encode()


def _with_comments(text: str, changed: str) -> str:
    """Return a changed text with lost comments restored, each on a line above the change."""
    lost = Counter(comments(text)) - Counter(comments(changed))
    pairs = enumerate(zip(text, changed, strict=False))
    first = next((place for place, (old, new) in pairs if old != new), len(changed))
    place = changed.rfind("\n", 0, first) + 1
    kept = []
    for comment in comments(text):
        if lost[comment] > 0:
            lost[comment] -= 1
            kept.append(f"{comment}\n")
    if changed.endswith("\n\n") and not text.endswith("\n\n"):
        changed = changed[:-1]  # what stood above a table that was the last
    return changed[:place] + "".join(kept) + changed[place:]


def comments(text: str) -> list[str]:
    """Return the comments of a text, in their order."""
    found = (token[0].rstrip() for token in TOKEN.finditer(text))
    return [token for token in found if token.startswith("#")]


def _is_only(changed: str, before: Any, values: Mapping[KeyPath, Any]) -> bool:
    """Return whether two texts have the same values, except for the new ones."""
    after = parse(changed, most_values=len(changed))
    wanted: Any = before
    for path, value in values.items():
        is_gone = value is None
        put = None if is_gone else parse(f"value = {value_text(value)}")
        wanted = with_value(wanted, path, put["value"] if isinstance(put, dict) else None)
    return not isinstance(after, Unreadable) and _bare(after) == _bare(wanted)


def _bare(tree: Any) -> Any:
    """Return tables without empty ones."""
    if not isinstance(tree, dict):
        return tuple(map(_bare, tree)) if isinstance(tree, tuple) else tree
    below = {key: _bare(value) for key, value in tree.items() if value is not None}
    return {key: value for key, value in below.items() if value != {}}
