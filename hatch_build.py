"""Writes into the wheel and the source archive the commit that they are built from.

With DETENTE_COMPILED set, the wheel carries compiled code too, for this Python, this numba and any
processor of this kind; building it then needs all that a run needs.
"""

import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACES = {"wheel": "detente/commit.txt", "sdist": "src/detente/commit.txt"}


CARRIED = "detente/compiled"
COMPILE = """
import json, os
from pathlib import Path
from detente.ensemble.warmup import warm_up
from detente.kernel.jit import MADE_FOR, this_machine

warm_up()
Path(os.environ["XDG_CACHE_HOME"], MADE_FOR).write_text(json.dumps(this_machine()))
"""


class CommitHook(BuildHookInterface):
    """Adds one file, of the same bytes for the same commit, and compiled code if asked."""

    _compiled: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the commit, if it is known; an editable install asks its checkout each time."""
        if os.environ.get("DETENTE_COMPILED") and self.target_name == "wheel":
            self._compile(build_data)
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
        if self._compiled is not None:
            self._compiled.cleanup()

    def _compile(self, build_data: dict[str, Any]) -> None:
        """Compile the model in a folder of its own, and add what Python calls of it."""
        self._compiled = tempfile.TemporaryDirectory()
        source, cache = Path(self.root, "src"), Path(self._compiled.name)
        environment = os.environ | {
            "PYTHONPATH": str(source),
            "XDG_CACHE_HOME": str(cache),
            "NUMBA_CPU_NAME": "generic",
            "NUMBA_CPU_FEATURES": "",
        }
        subprocess.run([sys.executable, "-c", COMPILE], env=environment, check=True)  # noqa: S603  our own
        for path in sorted(cache.rglob("*.nb[ic]")):
            if not path.name.startswith("callee-"):
                module, digest = path.relative_to(cache / "detente").parts[:2]
                place = Path(module.rpartition("-")[0], digest, path.name)
                build_data["force_include"][str(path)] = f"{CARRIED}/{place.as_posix()}"
        made_for = "made-for.json"
        build_data["force_include"][str(cache / made_for)] = f"{CARRIED}/{made_for}"
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    @property
    def _written(self) -> Path:
        return Path(self.directory, f".{self.target_name}.commit.txt")
