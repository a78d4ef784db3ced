"""Futures of random packs have one ending each, and a row that does not agree is found."""

import numpy as np
import pytest

from detente.kernel.endings import FUTURE, Ending, Violence
from verification import endings
from verification.endings import Block, blocks, broken_laws, far_value, random_pack, report


def contained(futures=8):
    """Return futures in which nothing happens to the horizon."""
    rows = np.zeros(futures, FUTURE).view(np.recarray)
    for column in ("package", "initiator", "first_force_day", "closed_day"):
        rows[column] = -1
    for column in ("broken_deal_day", "broken_day", "failed_day"):
        rows[column] = -1
    rows["ending"] = rows["settlement"] = Ending.CONTAINMENT
    rows["ending_day"] = 100
    return Block(3, 1, 100, rows)


def planted(column, value):
    """Return futures of which one is corrupted in a column."""
    block = contained()
    block.rows[column][5] = value
    return block


def of_every_ending():
    """Return futures that keep every law, one of each ending."""
    block = contained(len(Ending))
    rows = block.rows
    rows["ending"] = np.arange(len(Ending))
    rows["settlement"] = np.minimum(rows["ending"], 4)
    rows["package"][:2] = 0
    rows["ending_day"][:3] = 50
    rows["failed_day"][4:] = 20
    forced = rows[5:]
    forced["violence"] = [Violence.LIMITED_STRIKE, Violence.WAR, Violence.REGIONAL_WAR]
    forced["ending_day"] = forced["first_force_day"] = 60
    forced["initiator"], forced["trigger"], forced["war_days"] = 0, 1, 3
    forced["ceasefire"], forced["parties"] = 1, [2, 3, 4]
    return block


def test_futures_of_random_packs_keep_every_law_and_come_to_every_ending(capsys):
    status = report(blocks(packs=12, futures=12_000))
    out = capsys.readouterr().out

    assert "12,000 futures, 0 violations" in out
    assert status == 0


def test_a_random_pack_is_the_same_for_the_same_number_and_another_for_another():
    first, again, other = (random_pack(number).changes for number in (4, 4, 8))

    assert len(first) > 10
    assert first == again != other


def test_a_number_is_drawn_far_beyond_its_range_and_within_what_it_may_be():
    crisis = random_pack(0)
    measures = endings.targets(crisis.model).numbers
    generator = np.random.default_rng(1)
    outside = 0
    for path, number in crisis.numbers.items():
        limits = measures[path][1].limits
        value = far_value(number, limits, generator)
        assert limits.holds(value), path
        outside += not number.low <= value <= number.high

    assert outside > 100


def test_futures_that_agree_with_themselves_pass(capsys):
    status = report(iter([of_every_ending()]))

    assert broken_laws(contained()) == {}
    assert status == 0
    assert "8 futures, 0 violations" in capsys.readouterr().out


def test_an_ending_that_never_comes_fails(capsys):
    status = report(iter([contained()]))

    assert status == 1
    assert "8 futures, 0 violations" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("column", "value", "law"),
    [
        ("ending", Ending.WAR, "the ending is the violence"),
        ("ending", 8, "ending is from 0 to 7"),
        ("violence", Violence.WAR, "force has a first day"),
        ("settlement", 2, "the ending is the violence"),
        ("first_force_day", 50, "force has a first day"),
        ("initiator", 1, "force has an initiator"),
        ("trigger", 1, "force has a trigger"),
        ("trigger", 4, "an ally begins what an ally triggers"),
        ("war_days", 3, "force has days"),
        ("ceasefire", 2, "force has an end"),
        ("parties", 2, "force has parties"),
        ("parties", 9, "parties is from 0 to 8"),
        ("parties", 4, "a war of many states is regional"),
        ("ending_day", 101, "the future ends within the horizon"),
        ("ending_day", 99, "it ends at the horizon"),
        ("package", 1, "there is a package"),
        ("broken_day", 40, "a broken deal was made before"),
        ("broken_deal_day", 40, "only a broken deal has a day"),
        ("failed_day", 101, "nothing happens after the ending"),
        ("closed_day", 40, "a passage is closed in war alone"),
        ("world_cost", 1.0, "only a closed passage costs others"),
        ("challenger_loss", np.nan, "challenger_loss is from 0 to inf"),
        ("defender_loss", np.inf, "defender_loss is from 0 to inf"),
        ("defender_economy_loss", -0.1, "defender_economy_loss is from 0 to inf"),
        ("challenger_aircraft_loss", 0.2, "losses are the sum of their parts"),
        ("damage", 0.5, "nothing is lost without force"),
        ("belief_hard", 1.5, "belief_hard is from 0 to 1"),
        ("unsettled", 1, "no more nodes are unsettled"),
    ],
)
def test_a_corrupted_row_is_found_and_told(column, value, law, capsys):
    block = planted(column, value)
    broken = broken_laws(block)
    status = report(iter([block]))
    out = capsys.readouterr().out

    assert [rows.tolist() for told, rows in broken.items() if told.startswith(law)] == [[5]]
    assert status == 1
    assert "first pack 3, world 1, future 5" in out


def test_the_command_plays_so_many_packs_and_futures(monkeypatch, capsys):
    asked = []

    def played(packs, futures):
        asked.append((packs, futures))
        return iter([of_every_ending()])

    monkeypatch.setattr(endings, "blocks", played)
    status = endings.main(["--packs", "7", "--futures", "8"])
    out = capsys.readouterr().out

    assert (status, asked) == (0, [(7, 8)])
    assert out.splitlines()[-1].startswith("7 packs, 2 worlds of each, took ")
