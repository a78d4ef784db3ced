"""Writes into the wheel and the source archive the commit that they are built from."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACES = {"wheel": "detente/commit.txt", "sdist": "src/detente/commit.txt"}


class CommitHook(BuildHookInterface):
    """Adds one file, of the same bytes for the same commit."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the commit, if it is known; an editable install asks its checkout each time."""
        told = runpy.run_path(str(Path(self.root, "src", "detente", "provenance.py")))
        commit = told["commit"]()
        if version == "editable" or not commit:
            return
        written = self._written
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(commit + "\n")
        build_data["force_include"][str(written)] = PLACES[self.target_name]

    def finalize(self, _version: str, _build_data: dict[str, Any], _artifact: str) -> None:
        """Remove what was written beside the archives."""
        self._written.unlink(missing_ok=True)

    @property
    def _written(self) -> Path:
        return Path(self.directory, f".{self.target_name}.commit.txt")
