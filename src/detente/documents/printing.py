"""A report's page as PDF, printed by an installed browser."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from detente.errors import DetenteError
from detente.views.render.html import to_html

if TYPE_CHECKING:
    from detente.views.page import ReportPage

NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "msedge", "brave-browser"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
"""Names of browsers that can print without a window, all based on Chromium."""
BROWSER = "DETENTE_BROWSER"
"""Environment variable with the name of another browser."""
ALONE = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--no-pdf-header-footer"),
)
"""Options to show one file without network access or a user profile."""
PATIENCE = 120
"""Time limit for printing [s]."""


def browser() -> str:
    """Return the path of the browser; raise `DetenteError` if there is none."""
    named = os.environ.get(BROWSER)
    found = next(filter(None, map(shutil.which, [named] if named else NAMES)), None)
    if found is None:
        raise DetenteError(
            f"is no program that can be run: {named}" if named else "no browser prints the page",
            where=BROWSER if named else "--pdf",
            hint="install Chromium, Chrome or Edge, or name its program in "
            f"{BROWSER}; or write the page and print it: detente report RUN -o report.html",
        )
    return found


def to_pdf(page: "ReportPage", program: str) -> bytes:
    """Return a report as PDF, in the layout for print.

    Raises `DetenteError` if the browser fails or takes too long.
    """
    # Root cannot use the browser's sandbox; the page has no scripts.
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with TemporaryDirectory(prefix="detente-", ignore_cleanup_errors=True) as kept:
        folder = Path(kept)
        shown, printed = folder / "report.html", folder / "report.pdf"
        shown.write_bytes(to_html(page).encode())
        asked = [program, *ALONE, *(["--no-sandbox"] if is_root else [])]
        asked += [f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={printed}"]
        try:
            done = subprocess.run(  # noqa: S603  the user's own browser, on our own file
                [*asked, shown.as_uri()], capture_output=True, timeout=PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as fault:
            raise _failed(program, str(fault)) from fault
        if not printed.is_file():
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            raise _failed(program, lines[-1] if lines else f"status {done.returncode}")
        return printed.read_bytes()


def _failed(program: str, says: str) -> DetenteError:
    hint = f"write the page and print it: detente report RUN -o report.html; or set {BROWSER}"
    return DetenteError(f"the browser did not print the page: {says}", where=program, hint=hint)
