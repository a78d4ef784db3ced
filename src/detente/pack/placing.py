"""From what is wrong to where it stands: file, line and column."""

from collections.abc import Iterable, Iterator, Mapping

from detente.errors import Fault
from detente.pack.number import Finding
from detente.pack.toml import KeyPath, Positions, Tree, dotted, positions
from detente.text import brief, did_you_mean

MOST_COMPARED = 30_000
"""Names that are compared with those sought in a text: more would take more than half a second."""


def place(
    findings: list[Finding], trees: Mapping[str, Tree], files: Mapping[str, bytes]
) -> Iterator[Fault]:
    """Yield the faults that findings are, with file, line and column."""
    spots: dict[str, Positions] = {}
    for finding in advised(findings):
        name, length = _home(finding.path, trees)
        if name not in spots:
            spots[name] = positions(files[name])
        spot = spots[name].spots.get(finding.path[:length])
        is_on_key = finding.on_key or length < len(finding.path)
        line, column = (spot.key if is_on_key else spot.value) if spot else (1, 1)
        field = brief(dotted(finding.path))
        found, allowed, hint = (brief(text) for text in finding[1:4])
        yield Fault(name, line, column, field, found, allowed, hint)


def advised(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings with the nearest name, where one is sought and the search is not too long."""
    left = MOST_COMPARED
    for finding in findings:
        sought, hint = finding.sought, ""
        if sought is not None and len(sought.among) <= left:
            left -= len(sought.among)
            hint = did_you_mean(*sought)
        yield finding._replace(hint=hint or finding.hint)


def _home(path: KeyPath, trees: Mapping[str, Tree]) -> tuple[str, int]:
    for length in range(len(path), 0, -1):
        for name, tree in trees.items():
            if reaches(tree, path[:length]):
                return name, length
    return next((name for name, tree in trees.items() if "format" in tree), next(iter(trees))), 0


def reaches(tree: object, path: KeyPath) -> bool:
    """Say whether a parsed text has anything at a path."""
    for part in path:
        is_key = isinstance(tree, dict) and part in tree
        is_place = isinstance(tree, tuple) and isinstance(part, int) and part < len(tree)
        if not is_key and not is_place:
            return False
        tree = tree[part]  # type: ignore[index]
    return True
