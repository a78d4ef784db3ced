"""The page of results, of which parts are renewed by themselves."""

from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).with_name("results.md")


def renew(lines: Sequence[str], begins: str, goes_on: str) -> None:
    """Print lines, and write them in place of the part that begins and goes on like this."""
    print("\n".join(lines))
    before, _, rest = RESULTS.read_text(encoding="utf-8").partition(begins)
    _, _, after = rest.partition(goes_on)
    RESULTS.write_text(before + "\n".join(lines) + goes_on + after, encoding="utf-8")
