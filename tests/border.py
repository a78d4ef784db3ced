"""A small pack of an invented crisis, from which tests begin packs of their own."""

from pathlib import Path

BORDER = Path(__file__).parent / "cases" / "valid" / "border"
