"""How a terminal shows what the views say."""

import re

from detente.views.render.terminal import Screen, grid

ROWS = [["some words that can be wrapped", "1.0 to 2.0 of 100", "5555555555"]]


def shown(room):
    return list(grid(["", "a head", "b"], ROWS, [False, True, True], Screen(room)))


def test_where_its_numbers_fit_a_table_wraps_its_words_only():
    _, first, second = shown(60)

    assert first == "some words that can be"
    assert re.split(r"  +", second) == ["wrapped", "1.0 to 2.0 of 100", "5555555555"]


def test_where_numbers_do_not_fit_each_row_is_a_record():
    assert shown(40) == [
        "some words that can be wrapped",
        "  a head: 1.0 to 2.0 of 100",
        "  b: 5555555555",
    ]
