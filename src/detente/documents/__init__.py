"""Office documents: a Word brief, slides, and the page as PDF.

Each function returns a writer of one format, so that a missing extra or browser is reported before
results are computed. They are entry points of the group `detente.documents`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from detente.documents.printing import browser, to_pdf
from detente.errors import from_extra

if TYPE_CHECKING:
    from detente.views.blocks import Section
    from detente.views.page import ReportPage


def docx() -> "Callable[[ReportPage], bytes]":
    """Return the writer of a report's brief as a Word document."""
    writes: Callable[[ReportPage], bytes] = _word().to_docx
    return writes


def section() -> "Callable[[Section], bytes]":
    """Return the writer of a section as a Word document."""
    writes: Callable[[Section], bytes] = _word().to_single
    return writes


def _word() -> Any:
    return from_extra("docx", "detente.documents.word", needs="a Word document")


def pptx() -> "Callable[[ReportPage], bytes]":
    """Return the writer of a report as up to six slides."""
    slides = from_extra("pptx", "detente.documents.slides", needs="a file of slides")
    writes: Callable[[ReportPage], bytes] = slides.to_pptx
    return writes


def pdf() -> "Callable[[ReportPage], bytes]":
    """Return the writer of a report's page as PDF, which uses the browser of this machine."""
    found = browser()
    return lambda page: to_pdf(page, found)
