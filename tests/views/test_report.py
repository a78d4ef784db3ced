"""Writing a report: where it goes, what it is called, and that it is whole or not there."""

import pytest

import detente
from detente import DetenteError
from detente.ensemble.measures import KNOWN
from detente.views import report as writing
from detente.views.report import default_name, report
from verification.pages.payloads import NAMES


@pytest.fixture(autouse=True)
def composed(page, monkeypatch):
    monkeypatch.setattr(writing, "compose", lambda *_, **__: page)


def test_the_package_writes_a_report(run, tmp_path):
    written = detente.report(run, tmp_path / "oman.html")

    assert written.report.read_text().startswith("<!DOCTYPE html>")
    assert written.form == "html"
    assert written.size == written.report.stat().st_size


def test_the_ending_says_the_form(run, tmp_path):
    assert report(run, tmp_path / "oman.md").form == "md"


def test_another_ending_is_refused(run, tmp_path):
    with pytest.raises(DetenteError, match=r"not written as \.odt"):
        report(run, tmp_path / "oman.odt")


def test_what_is_there_already_is_kept(run, tmp_path):
    path = tmp_path / "oman.html"
    path.write_text("mine")

    with pytest.raises(DetenteError, match="there already"):
        report(run, path)
    assert path.read_text() == "mine"


def test_overwrite_replaces_it(run, tmp_path):
    path = tmp_path / "oman.html"
    path.write_text("mine")

    report(run, path, overwrite=True)

    assert path.read_text() != "mine"


def test_tables_and_figures_are_written_next_to_it(run, tmp_path):
    written = report(run, tmp_path / "oman.html", tables=tmp_path / "tables")
    lines = (tmp_path / "tables" / "endings.csv").read_text().splitlines()

    assert {path.suffix for path in written.others} == {".csv", ".svg"}
    assert all(path.is_file() for path in written.others)
    assert repr(written) == (
        f"Written({str(written.report)!r}, {len(written.others)} other files, "
        f"{written.size:,} bytes)"
    )
    assert len(lines) == 1 + len(KNOWN)


def test_a_disk_that_refuses_leaves_no_half_page(run, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)

    with pytest.raises(DetenteError, match="cannot be written: No space left"):
        report(run, tmp_path / "oman.html")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name[:20]))
def test_a_name_from_a_pack_names_a_plain_file_here(name):
    found = default_name(name)

    assert found.removesuffix("-report.html").replace("-", "a").isalnum()
    assert found.isascii()
    assert len(found) < 80
