"""Results as pictures and pages that open anywhere, without a program and without a network.

The package can be called: `detente.report(run, "oman.html")` writes the report of a run.
"""

import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.ensemble.run import Run
    from detente.report.writing import Written


class _Report(ModuleType):
    """The package as a function, since importing a part of it gives its name to the package."""

    def __call__(
        self,
        run: "Run",
        path: Path | str | None = None,
        *,
        tlp: str | None = None,
        since: "Run | None" = None,
        tables: Path | str | None = None,
        overwrite: bool = False,
    ) -> "Written":
        """Write the report of a run: see `detente.report.writing.report`."""
        from detente.report.writing import report  # noqa: PLC0415  loads all that is drawn with

        return report(run, path, tlp=tlp, since=since, tables=tables, overwrite=overwrite)


sys.modules[__name__].__class__ = _Report
