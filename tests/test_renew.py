"""What is shown of an output keeps its lines and what is left out when numbers change."""

from tests.renew import transcript

PRINTED = """\
The river (border-2031)
In this model 36 of 100 futures end in a deal.

Option           %     interval
Closed doors    36     28 to 45
Ships go back   21      5 to 30
as it stands    19
Worlds: 16, widest interval 3,001 more.
"""


def test_an_output_that_is_printed_as_it_is_shown_stays():
    shown = "The river ...\n...\nClosed doors    36     28 to 45\n...\n"

    assert transcript(shown, PRINTED) == shown


def test_lines_get_their_numbers_and_what_is_left_out_stays_left_out():
    shown = "The river (border-2031)\n...\nOption  %  interval\nShips go back   2   1 to 3\n...\n"
    now = transcript(shown, PRINTED)

    assert now == (
        "The river (border-2031)\n...\nOption           %     interval\n...\n"
        "Ships go back   21      5 to 30\n...\n"
    )


def test_a_number_before_what_a_line_leaves_out_is_renewed():
    shown = "...\nWorlds: 8, widest interval ... more.\n"

    assert transcript(shown, PRINTED) == "...\nWorlds: 16, widest interval ... more.\n"


def test_rows_of_numbers_are_known_by_their_first_cell():
    shown = "0.05   30.1   16 to 44\n...\n"

    assert transcript(shown, "0.01   9.0   1 to 2\n0.05   28.0   15 to 43\n9   1   0 to 2\n") == (
        "...\n0.05   28.0   15 to 43\n...\n"
    )


def test_an_output_without_a_gap_is_shown_as_it_is_printed():
    assert transcript("It said 3.\n", "It says 4.\nAnd more.\n\n") == "It says 4.\nAnd more.\n"
