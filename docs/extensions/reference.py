"""The reference, written from the program itself whenever the documentation is built."""

import contextlib
import importlib
import inspect
import io
import os
import pkgutil
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any
from unittest import mock

import typer.main
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import detente
from detente.cli import main
from detente.cli.app import program
from detente.endings import ENDINGS, titled
from detente.ensemble import codes, store
from detente.pack.schema import schema

WIDTH = "80"
"""Width of a terminal in which help is shown [characters]."""
SAID = re.compile(r"one\s+(?:JSON\s+)?object,\s+`(detente/[a-z]+/\d)`")
"""What a docstring says that lists the keys of an object."""


def public_names() -> str:
    """Return the public names, functions first, each with its docstring."""
    public = {name: getattr(detente, name) for name in detente.__all__}
    functions = [name for name, one in public.items() if inspect.isfunction(one)]
    classes = [name for name, one in public.items() if inspect.isclass(one)]
    modules = [name for name, one in public.items() if inspect.ismodule(one)]
    kinds = (("Functions", "autofunction", functions), ("Classes", "autoclass", classes))
    return "\n".join([*(_section(*kind) for kind in kinds), *(_module(name) for name in modules)])


def _module(name: str) -> str:
    """Return a module and its functions, each by its docstring."""
    module = getattr(detente, name)
    says = textwrap.indent(inspect.getdoc(module) or "", "   ")
    entry = f".. py:data:: detente.{name}\n\n{says}"
    functions = [one for one in module.__all__ if inspect.isfunction(getattr(module, one))]
    entries = [entry, *(f".. autofunction:: detente.{name}.{one}" for one in sorted(functions))]
    return f"## {name.capitalize()}\n\n```{{eval-rst}}\n" + "\n\n".join(entries) + "\n```\n"


def _section(title: str, directive: str, names: list[str]) -> str:
    members = "\n   :members:\n   :undoc-members:" if directive == "autoclass" else ""
    entries = "\n\n".join(f".. {directive}:: detente.{name}{members}" for name in sorted(names))
    return f"## {title}\n\n```{{eval-rst}}\n{entries}\n```\n"


def command_help() -> str:
    """Return the help of every command as a terminal shows it, in the order of the work."""
    group = typer.main.get_command(program())
    parts = []
    panel = ""
    for words, command in _walk(group):
        if len(words) == 1 and command.rich_help_panel != panel:
            panel = command.rich_help_panel
            parts.append(f"## {panel}\n")
        name = " ".join(["detente", *words])
        parts.append(f"### {name}\n\n```text\n{help_of(*words)}```\n")
    return "\n".join(parts)


def _walk(group: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        yield (*before, name), command
        if hasattr(command, "commands"):
            yield from _walk(command, (*before, name))


def help_of(*words: str) -> str:
    """Return what `--help` prints of a command, in a pipe."""
    shown = io.StringIO()
    with mock.patch.dict(os.environ, COLUMNS=WIDTH), contextlib.redirect_stdout(shown):
        main([*words, "--help"])
    return shown.getvalue()


def pack_fields() -> str:
    """Return the tables of a pack with each field, from the JSON Schema."""
    whole = schema()
    tables = {name: part for name, part in whole["$defs"].items() if name[0].isupper()}
    met = [("", whole), *_below("", whole, tables)]
    return "\n".join(_table(path, part, tables) for path, part in met)


def _below(path: str, part: Mapping[str, Any], tables: Mapping[str, Any]) -> Iterator[Any]:
    """Return the tables below one, each with its path, in the order of the schema."""
    for key, content in part["properties"].items():
        end, name = _end_of(content, tables)
        if name:
            here = f"{path}.{key}{end}".lstrip(".")
            yield here, tables[name]
            yield from _below(here, tables[name], tables)


def _end_of(content: Mapping[str, Any], tables: Mapping[str, Any]) -> tuple[str, str]:
    """Return what stands behind a key's own name, a part for each key, and its table."""
    named = str(content.get("$ref", "")).rpartition("/")[2]
    if named in tables:
        return "", named
    inner = [content["items"]] if "items" in content else content.get("allOf", [])
    # A table may stand in place of a word.
    inner = [*inner, *content.get("anyOf", [])]
    for one in (*content.get("patternProperties", {}).values(), *inner):
        end, name = _end_of(one, tables)
        if name:
            return (".KEY" if "patternProperties" in content else "") + end, name
    return "", ""


def _table(path: str, part: Mapping[str, Any], tables: Mapping[str, Any]) -> str:
    needed = part.get("required", [])
    rows = []
    for field, content in part["properties"].items():
        end, name = _end_of(content, tables)
        below = f" `[{f'{path}.{field}{end}'.lstrip('.')}]`" if name else ""
        says = content.get("description") or (tables[name]["description"] if name else "")
        is_needed = "yes" if field in needed else ""
        rows.append(f"| `{field}` | {is_needed} | {_sentence(says)}{below} |")
    head = "| field | needed | what it is |\n|---|---|---|\n"
    title = f"`[{path}]`" if path else "At the top"
    return f"## {title}\n\n{part['description']}\n\n{head}" + "\n".join(rows) + "\n"


def _sentence(words: str) -> str:
    """Return words as a sentence in a cell of a table."""
    plain = words.strip().rstrip(".").replace("|", "\\|")
    return f"{plain[:1].upper()}{plain[1:]}." if plain else ""


def run_columns() -> str:
    """Return the columns of futures, each with its meaning and what its numbers stand for."""
    rows = []
    for field in store.schema():
        says = field.metadata[b"description"].decode()
        named = codes.CODES.get(field.name, {})
        numbers = ", ".join(f"{number} {name}" for name, number in named.items())
        meaning = codes.OF_CODES.sub("", says) if named else says
        rows.append(f"| `{field.name}` | {_sentence(meaning)} | {numbers} |")
    return "| column | what it holds | its numbers |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def endings() -> str:
    """Return what each ending means, with the number that it has in files."""
    rows = (
        f"| `{key}` | {int(one)} | {titled(key)}: {one.means} |" for key, one in ENDINGS.items()
    )
    return "| ending | number | means |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def json_objects() -> str:
    """Return what each object that `--json` prints holds, from the docstrings that say so."""
    parts = []
    for module in _modules():
        text = inspect.getdoc(module) or ""
        found = SAID.search(text)
        if found:
            _, _, rest = text.partition("\n\n")
            parts.append((found[1], f"## {found[1]}\n\n```{{eval-rst}}\n{rest}\n```\n"))
    return "\n".join(part for _, part in sorted(parts))


def _modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(detente.__path__, "detente."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


PAGES = {
    "public-names": public_names,
    "command-help": command_help,
    "pack-fields": pack_fields,
    "run-columns": run_columns,
    "endings": endings,
    "json-objects": json_objects,
}


class Written(SphinxDirective):
    """A part of a page that the program writes; its text is for who reads the page unbuilt."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return what stands there."""
        text = PAGES[self.name]()
        found: list[nodes.Node] = self.parse_text_to_nodes(text, allow_section_headings=True)
        return found


def keep_colon(
    _app: Sphinx, what: str, _name: str, _one: object, _options: object, lines: list[str]
) -> None:
    """Keep what stands before a colon in an attribute's docstring from being read as its type."""
    if what == "attribute" and lines:
        lines[0] = lines[0].replace(": ", "; ", 1)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directives of the reference."""
    for name in PAGES:
        app.add_directive(name, Written)
    app.connect("autodoc-process-docstring", keep_colon, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
