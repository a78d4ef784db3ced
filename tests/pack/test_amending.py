"""A field changed in a text of TOML leaves its comments, and all else, as they are."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import DetenteError
from detente.pack import files
from detente.pack.amending import amended, comments, with_table
from detente.pack.toml import parse, positions

TEXT = b"""\
# head
name = "a"  # a remark

[t] # of the table
one = { range = [0.1, # low
  0.2], assumed = "why" } # of one
deep.two = 1
# lead

[u.v]
list = ["x"]
text = '''
# no comment
'''

[[w]]
k = { }
"""


def read(content):
    return parse(content.decode())


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("name",), "b", 'name = "b"  # a remark'),
        (("as_of",), date(2031, 3, 1), "as_of = 2031-03-01"),
        (("t", "one"), {"value": 3}, "one = { value = 3 } # of one"),
        (("t", "one", "assumed"), "so", '  0.2], assumed = "so" } # of one'),
        (("t", "one", "because"), "c", '  0.2], assumed = "why", because = "c" } # of one'),
        (("t", "deep", "two"), 2, "deep.two = 2"),
        (("t", "deep", "three"), 3, "deep.three = 3"),
        (("t", "four"), True, "four = true"),
        (("u", "v", "list"), ("x", "y"), 'list = ["x", "y"]'),
        (("u", "five"), 5, "[u]"),
        (("z", "six"), 6, "[z]"),
        (("w", 0, "k", "in"), 7, "k = { in = 7 }"),
        (("w", 0, "l"), 8, "l = 8"),
    ],
)
def test_a_value_changes_its_own_line_alone(path, value, line):
    after = amended(TEXT, {path: value}, name="a.toml")
    gone = set(TEXT.decode().splitlines()) - set(after.decode().splitlines())

    assert line in after.decode().splitlines()
    assert len(gone) <= 2
    assert comments(after.decode()) == comments(TEXT.decode())


def test_a_comment_within_a_value_that_gives_way_stands_above_it():
    after = amended(TEXT, {("t", "one"): {"value": 3}}, name="a.toml").decode()

    assert "# low\none = { value = 3 } # of one" in after


def test_a_field_that_is_taken_out_leaves_its_comment():
    after = amended(TEXT, {("t", "one"): None, ("name",): None}, name="a.toml").decode()

    assert comments(after) == [
        "# head",
        "# a remark",
        "# of the table",
        "# low",
        "# of one",
        "# lead",
    ]
    assert read(after.encode()) == {
        "t": {"deep": {"two": 1}},
        "u": {"v": {"list": ("x",), "text": "# no comment"}},
        "w": ({"k": {}},),
    }


@pytest.mark.parametrize("key", ["a", "b", "c"])
def test_a_field_is_taken_out_of_braces_with_one_comma(key):
    after = amended(b"t = { a = 1, b = [2, 3], c = 4 }\n", {("t", key): None}, name="a.toml")

    assert read(after)["t"].keys() == {"a", "b", "c"} - {key}


def test_a_number_in_lines_of_its_own_stays_in_lines_of_its_own():
    text = b"[a.n]\nrange = [1, 2] # wide\nassumed = 'why'\n[b]\nm.value = 1\nm.assumed = 'so'\n"
    number = {"value": 1.5, "because": "c"}
    after = amended(text, {("a", "n"): number, ("b", "m"): number}, name="a.toml")

    assert read(after) == {"a": {"n": number}, "b": {"m": number}}
    assert comments(after.decode()) == ["# wide"]


def test_a_line_that_is_not_changed_keeps_all_its_spaces():
    text = b"a = 1\nb = { day = 2031-03-01 }\nc = [ 1,  2 ]\n"

    assert amended(text, {("a",): 2}, name="a.toml") == text.replace(b"a = 1", b"a = 2")


def test_the_mark_and_the_line_ends_of_an_editor_stay():
    text = b'\xef\xbb\xbf[a]\r\nb = 1 # one\r\nc = "x"\r\n'
    after = amended(text, {("a", "b"): 2, ("a", "d"): 3, ("e", "f"): 4}, name="a.toml")

    assert after == (b'\xef\xbb\xbf[a]\r\nb = 2 # one\r\nc = "x"\r\nd = 3\r\n\r\n[e]\r\nf = 4\r\n')


@pytest.mark.parametrize("path", [("u", "v"), ("w", 0), ("w", 4, "k"), ("name", "b")])
def test_what_cannot_be_changed_by_itself_is_refused(path):
    with pytest.raises(DetenteError, match=r"by itself|of its own|no place"):
        amended(TEXT, {path: "text"}, name="a.toml")


PACKS = [
    (content, path)
    for name in ("oman-2026", "cuba-1962")
    for content in files.read(name).files.values()
    for path, spot in positions(content).spots.items()
    if spot.key != spot.value
]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(PACKS), st.sampled_from([None, 0.25, 'a "text" # no comment', True]))
def test_no_comment_of_a_pack_is_lost_whatever_is_changed(place, value):
    content, path = place
    after = amended(content, {path: value}, name="a.toml").decode()

    assert sorted(comments(after)) == sorted(comments(content.decode()))


@pytest.mark.parametrize(
    ("path", "line", "above"),
    [
        (("u", "x"), "[u.x]", "'''"),
        (("w", 1), "[[w]]", "k = { }"),
        (("t", "deeper"), "[t.deeper]", "# lead"),
        (("new", "one"), "[new.one]", "k = { }"),
        (("new", 0), "[[new]]", "k = { }"),
        (("u", "v", "x", 0), "[[u.v.x]]", "'''"),
    ],
)
def test_a_new_table_stands_below_its_kind_and_taken_out_it_leaves_no_trace(path, line, above):
    after = with_table(TEXT, path, {"a": 1, "b.c": {"d": "e"}}, name="a.toml")
    lines = after.decode().split("\n")
    place = lines.index(line, lines.index(above))

    assert lines[place - 2 : place + 3] == [above, "", line, "a = 1", '"b.c" = { d = "e" }']
    assert amended(after, {path: None}, name="a.toml") == TEXT


def test_a_table_that_is_taken_out_leaves_its_comments():
    after = amended(TEXT, {("t",): None}, name="a.toml")

    assert "t" not in read(after)
    assert comments(after.decode()) == comments(TEXT.decode())


def test_a_table_that_has_no_place_of_its_own_is_refused():
    with pytest.raises(DetenteError, match="is there already"):
        with_table(TEXT, ("u", "v"), {}, name="a.toml")
    with pytest.raises(DetenteError, match="cannot be changed by itself"):
        with_table(TEXT, ("t", "one", "more"), {"a": 1}, name="a.toml")
