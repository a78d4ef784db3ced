import re

import pytest

from detente import DetenteError
from detente.views.figures import Numbers
from detente.views.figures.figure import Figure
from detente.views.figures.intervals import IntervalRow, across, chart
from detente.views.figures.marks import data
from tests.views.figures.made_up import (
    HOSTILE,
    NAMES,
    PLAIN,
    STEERING,
    attributes,
    tags,
    texts,
)

DRAWN = {"svg", "rect", "g", "path", "line", "text", "tspan"}
"""All that a picture is made of."""
LARGEST = 150_000


@pytest.fixture(scope="module")
def pictures(figures):
    """Return every chart as it is drawn, by its name."""
    return {name: figure.svg() for name, figure in figures.items()}


def titled(title, row_name="a row"):
    rows = [IntervalRow(row_name, 1.0, 0.5, 2.0, (0.1,), "1")]
    drawn = chart(rows, across("of 100", (0.0, 3.0)))
    return Figure("key", title, "subtitle", title, (title,), Numbers(("a",), ((title,),)), drawn)


def test_a_title_has_at_most_ten_words(figures):
    words = {name: len(figure.title.split()) for name, figure in figures.items()}

    assert set(words) == set(NAMES)
    assert [name for name, count in words.items() if not 1 <= count <= 10] == []


def test_every_row_of_a_table_fills_its_columns(figures):
    tables = {name: figure.table for name, figure in figures.items()}
    widths = {name: {len(row) for row in table.rows} for name, table in tables.items()}

    assert widths == {name: {len(table.columns)} for name, table in tables.items()}


def test_a_picture_is_made_of_shapes_and_words_alone(pictures):
    keys = {key for svg in pictures.values() for key in attributes(svg)}

    assert set.union(*map(tags, pictures.values())) <= DRAWN
    assert [key for key in keys if key.startswith("on") or "href" in key] == []


def test_a_picture_names_no_address_but_that_of_its_language(pictures):
    whole = "".join(pictures.values())
    rest = whole.replace("http://www.w3.org/2000/svg", "")
    rest = rest.replace("http://www.w3.org/1999/xlink", "")

    assert "://" not in rest
    assert "url(" not in rest


def test_no_picture_has_names_that_another_on_the_page_could_have_too(pictures):
    assert [name for name, svg in pictures.items() if "id" in attributes(svg)] == []


def test_a_figure_is_drawn_the_same_every_time(figures, pictures):
    assert {name: figure.svg() for name, figure in figures.items()} == pictures


def test_pictures_are_small(pictures):
    assert max(len(svg.encode()) for svg in pictures.values()) < LARGEST


def test_a_description_says_at_least_what_the_title_does_and_has_numbers(figures):
    said = {name: (figure.title, figure.description) for name, figure in figures.items()}

    assert [name for name, (title, words) in said.items() if len(words) <= len(title)] == []
    assert [name for name, (_, words) in said.items() if not re.search(r"\d", words)] == []


def test_numbers_of_the_model_are_said_to_be_its_own(figures):
    of_model = {name for name, figure in figures.items() if "in this model" in figure.subtitle}

    assert of_model == set(NAMES) - {"posture_map", "calendar"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_text_of_a_pack_is_shown_as_it_stands(text):
    svg = titled(text, row_name=text).svg(titled=True)

    assert texts(svg).count(text) == 2
    assert tags(svg) <= DRAWN


def test_what_steers_a_screen_is_left_out_everywhere():
    figure = titled(STEERING, row_name=STEERING)

    assert figure.title == figure.description == PLAIN
    assert figure.notes == (PLAIN,)
    assert texts(figure.svg(titled=True)).count(PLAIN) == 2
    assert PLAIN in figure.csv()


def test_text_that_a_chart_holds_is_data_and_no_part_of_its_grammar():
    values = data([{"name": HOSTILE["expression"], "number": 1}]).to_dict()

    assert values == {"values": [{"name": HOSTILE["expression"], "number": 1}]}


@pytest.mark.parametrize(
    ("ending", "start"), [(".svg", b"<svg"), (".png", b"\x89PNG"), (".csv", b"a\r\n")]
)
def test_a_figure_is_saved_by_how_the_name_ends(tmp_path, ending, start):
    place = tmp_path / f"figure{ending}"

    titled("A title").save(place)

    assert place.read_bytes().startswith(start)


@pytest.mark.parametrize("name", ["figure.pdf", "figure"])
def test_other_endings_are_refused_with_those_that_there_are(tmp_path, name):
    with pytest.raises(DetenteError) as refused:
        titled("A title").save(tmp_path / name)

    assert refused.value.hint == "use .svg, .png, .csv"
    assert not (tmp_path / name).exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(DetenteError, match="cannot be written"):
        titled("A title").save(tmp_path / "missing" / "figure.csv")


def test_a_notebook_shows_words_and_picture_and_no_script():
    shown = titled(HOSTILE["markup"])._repr_html_()

    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert "<svg" in shown


def test_outside_a_notebook_a_figure_is_its_words_and_numbers():
    figure = titled("A title")

    assert repr(figure).startswith("A title\n")
    assert repr(figure).splitlines()[3].split() == list(figure.table.columns)
