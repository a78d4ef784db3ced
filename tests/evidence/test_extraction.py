"""The text within HTML and PDF is what passages count in."""

import sys

import pytest

from detente.errors import DetenteError
from detente.evidence import read_document

PAGE = b"""<!doctype html><html><head><title>no</title></head><body><nav><li>Home</nav>
<article><h1>Ferry talks</h1><p>Envoys met on <b>Tues</b>day.
 They said&nbsp;little.<br>Then<script>no()</script> they left.</p><ul><li>One<li>Two</ul></article>
<footer>no</footer></body></html>"""
STREAM = b"BT /F 11 Tf 14 TL 50 780 Td (Ferry talks open) Tj T* (Envoys met.) Tj ET"
OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(STREAM), STREAM),
)


def pdf() -> bytes:
    content, places = b"%PDF-1.4\n", []
    for number, written in enumerate(OBJECTS, 1):
        places.append(b"%010d 00000 n \n" % len(content))
        content += b"%d 0 obj%sendobj\n" % (number, written)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(places)
    end = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(content)
    return content + table + end


def test_a_page_is_the_text_of_its_article_a_paragraph_a_line(tmp_path):
    page = tmp_path / "page"
    page.write_bytes(PAGE)

    assert read_document(page).split("\n\n") == [
        *("Ferry talks", "Envoys met on Tuesday. They said little.", "Then they left."),
        *("One", "Two"),
    ]


def test_without_an_article_menus_head_and_foot_are_left_out(tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes(PAGE.replace(b"article", b"div"))

    assert read_document(page).startswith("Ferry talks\n\nEnvoys")
    assert "Home" not in read_document(page)


def test_a_pdf_file_is_its_lines(tmp_path):
    file = tmp_path / "talks.pdf"
    file.write_bytes(pdf())

    assert read_document(file) == "Ferry talks open\nEnvoys met."


@pytest.mark.parametrize("content", [b"", b"<img src=a>", b"<html><script>a</script></html>"])
def test_a_page_without_text_is_refused(tmp_path, content):
    page = tmp_path / "page.html"
    page.write_bytes(content)

    with pytest.raises(DetenteError, match="holds no text"):
        read_document(page)


@pytest.mark.parametrize(("module", "content"), [("lxml.html", PAGE), ("pypdf", b"%PDF-1.4")])
def test_without_the_extra_it_is_said_what_to_install(tmp_path, monkeypatch, module, content):
    monkeypatch.setitem(sys.modules, module, None)
    file = tmp_path / "document"
    file.write_bytes(content)

    with pytest.raises(DetenteError, match="needs the extra `read`") as told:
        read_document(file)

    assert told.value.hint == "install it: pip install 'detente[read]'"
