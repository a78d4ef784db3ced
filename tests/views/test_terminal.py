"""How a terminal shows what the views say."""

import re

from detente.text import between
from detente.views.blocks import Bar, Bars, Command, Picture, Section
from detente.views.render.grid import Screen, grid
from detente.views.render.terminal import to_screen, to_text

ROWS = [["some words that can be wrapped", f"{between('1.0', '2.0')} of 100", "5555555555"]]


def shown(room):
    return list(grid(["", "a head", "b"], ROWS, [False, True, True], Screen(room)))


def test_where_its_numbers_fit_a_table_wraps_its_words_only():
    _, first, second = shown(60)

    assert first == "some words that can be"
    assert re.split(r"  +", second) == ["wrapped", f"{between('1.0', '2.0')} of 100", "5555555555"]


def test_where_numbers_do_not_fit_each_row_is_a_record():
    assert shown(40) == [
        "some words that can be wrapped",
        f"  a head: {between('1.0', '2.0')} of 100",
        "  b: 5555555555",
    ]


BARS = Bars(
    "by day",
    (("▒", "deal"), ("·", "open"), ("█", "force")),
    ("day", "deal", "force"),
    (Bar("0", (0.0, 1.0, 0.0), ("0", "0")), Bar("1", (0.25, 0.5, 0.25), ("25", "25"))),
)


def chart(screen):
    section = Section("a", "b", (), (Picture("", None, BARS),))
    return to_text([section], screen).splitlines()


def test_a_bar_is_as_long_as_there_is_room_for():
    lines = chart(Screen(room=40))

    assert max(map(len, lines)) <= 40
    assert lines[-1].split()[1:] == ["▒" * 6 + "·" * 10 + "█" * 6, "25", "25"]


def test_a_bar_that_would_say_too_little_is_left_out():
    assert chart(Screen(room=24))[-1].split() == ["1", "25", "25"]


def test_where_blocks_cannot_be_shown_letters_stand_for_them():
    assert "".join(chart(Screen(has_blocks=False))).isascii()


MARKED = BARS._replace(rows=BARS.rows * 3, marks=(("o", "a mark"),), are_days=False)


def on_screen(most, bars=MARKED):
    following = tuple(Command(f"what {name} does", f"detente {name}") for name in "abcde")
    section = Section("a", "b", ("an answer",), (Picture("", None, bars),), next=following)
    return to_screen([section], Screen(room=60), most, "detente --all")


def test_the_last_next_commands_make_room_for_a_picture_that_comes_first():
    whole = on_screen(1000).split()
    cut = on_screen(len(whole) - 2)

    assert cut.count("·") == on_screen(1000).count("·")
    assert "detente --all" in cut
    assert "detente a" in cut
    assert "detente e" not in cut
    assert len(cut.split()) <= len(whole) - 2


def test_where_that_is_not_enough_it_loses_its_last_rows_and_then_goes():
    rows = [sum(line[:3] in {"  0", "  1"} for line in on_screen(n).splitlines()) for n in (42, 37)]

    assert rows == [4, 3]
    assert "by day" not in on_screen(31)
