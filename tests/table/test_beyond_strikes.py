"""People at a table offer standstills, take, blockade and await a court; troops fight by rule."""

import contextlib

import pytest

from detente import load, simulate
from detente.cli import main
from detente.kernel.decision import Asked
from detente.table.questions import HOLD
from detente.table.table import begin, suitable
from detente.table.views.seats import SeatTurn, turn
from detente.table.worlds import seat_world
from detente.views.blocks import Sentence

SIZE = {"worlds": 2, "futures": 100, "grid": "tiny", "threads": 1}
LENGTH, DRAW, MOST = 12, 5, 40
ACTS = {
    "declaration": ["offer Belize a standstill"],
    "fait-accompli": ["take the two islets"],
    "blockade": ["lift the blockade", "impose the blockade"],
}
"""What the challenger of a composed crisis does, as soon as it may."""
SEEN = {
    "declaration": ["offers a standstill"],
    "fait-accompli": ["takes"],
    "blockade": ["lifts the blockade of Qatar", "imposes the blockade of Qatar"],
}
"""What everyone sees of it."""


@pytest.fixture(scope="module")
def table_on(tmp_path_factory):
    """Return a way to begin a table on a composed crisis of a kind."""

    def begun(kind, *seats):
        folder = tmp_path_factory.mktemp(kind)
        with contextlib.chdir(folder):
            assert main(["new", "crisis", "--kind", kind, "-q"]) == 0
        run = simulate(load(folder / "crisis"), **SIZE, out=folder / "run")
        on = seat_world(run, "base", 1)
        people = [key for key, one in on.seats.items() if set(seats) & set(one.numbers)]
        return begin(folder / "table.sqlite", on, suitable(on, people, LENGTH, DRAW), people)

    return begun


def page_of(table):
    """Return the sentences on the page of the seat as soon as it may act on its own."""
    while (question := table.advance().question).asked is not Asked.MOVE:
        table.decide(question.seat, question.choices[-1].move)
    blocks = turn(SeatTurn(table, table.view(question.seat), 0)).blocks
    return " ".join(str(one) for one in blocks if isinstance(one, Sentence))


@pytest.mark.parametrize("kind", ACTS)
def test_a_person_does_what_is_no_strike(table_on, kind):
    table, left = table_on(kind, 0), list(ACTS[kind])
    for _ in range(MOST):
        position = table.advance()
        if position.question is None or not left:
            break
        choices = position.question.choices
        wanted = [one for one in choices if one.says.startswith(left[0])]
        held = [one for one in choices if one.says == HOLD] or list(choices[-1:])
        left = left[1:] if wanted else left
        table.decide(position.question.seat, (wanted or held)[0].move)
    (seat,) = table.place.persons
    happened = " ".join(one.text for one in table.view(seat).happened)

    assert left == []
    assert [words for words in SEEN[kind] if words not in happened] == []


def test_who_is_struck_during_a_standstill_reads_that_it_is_broken(table_on):
    table, steps = table_on("declaration", 0, 1), ["offer Belize a standstill", "accept", "strike"]
    for _ in range(MOST):
        question = table.advance().question
        if not steps and question.asked is Asked.REPLY:
            break
        wanted = [one for one in question.choices if steps and one.says.startswith(steps[0])]
        held = [one for one in question.choices if one.says == HOLD] or list(question.choices[-1:])
        steps = steps[1:] if wanted else steps
        table.decide(question.seat, (wanted or held)[0].move)
    view = table.view(question.seat)

    assert steps == []
    assert "breaks the standstill" in " ".join(one.text for one in view.happened)
    assert view.standing.talks == "force is used"


def test_a_seat_reads_what_both_sides_foresee(table_on):
    said = page_of(table_on("court", 0))

    assert "1 June 2002 to 31 December 2002: The International Court of Justice rules" in said


@pytest.mark.parametrize("side", [0, 1])
def test_a_principal_reads_when_its_troops_fight(table_on, side):
    table = table_on("land", side)
    land = table.seated.encoded.war.theatre.land
    said = page_of(table)

    assert f"{100 * land.ready[side]:.0f} % of yours are at the front" in said
    assert f"arrive over {land.days_to_move[side]:.0f} days" in said
    assert "if you begin the war or answer in full" in said
