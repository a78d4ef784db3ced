"""Tests that numbers of single futures, past crises and signs that are not the run's are found."""

from types import SimpleNamespace

import numpy as np
import pytest

import detente
from detente.analysis.wording import Value
from detente.views.blocks import Column, Picture, Section, Sentence, Table
from tests.views.conftest import standing_in
from verification import numbers_of_futures
from verification.numbers import judge, read


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with standing_in():
        folder = tmp_path_factory.mktemp("numbers") / "run"
        yield detente.simulate(
            detente.load("oman-2026"), futures=320, worlds=16, threads=1, out=folder
        )


@pytest.fixture
def facts(run, monkeypatch):
    monkeypatch.setattr(numbers_of_futures, "fight_campaigns", lambda *_: no_campaign())
    titles = detente.summarise(run).base.titles

    def known(**changed):
        columns = {**read(run.folder, "base").columns, **changed}
        return list(numbers_of_futures.known(run.folder, columns, titles))

    return known


def no_campaign():
    kinds = [("reliable", float), ("leaked", float), ("why", float, 4)]
    return np.zeros((1, numbers_of_futures.RAIDS, 2), kinds)


def drawn(run, name):
    """Return a section with one of the figures of a run."""
    of = {"hundred_futures": run, "calendar": detente.load("oman-2026")}[name]
    return Section("drawn", "What?", (), (Picture(name, of),))


def test_every_date_and_address_of_a_figure_is_found(run, facts):
    told = judge([drawn(run, "hundred_futures"), drawn(run, "calendar")], facts())

    assert {key: one.missed for key, one in told.items()} == {"hundred_futures": (), "calendar": ()}
    assert told["hundred_futures"].found > 300


def test_a_future_that_ends_on_another_day_is_missed(run, facts):
    days = read(run.folder, "base")["ending_day"] + 1
    told = judge([drawn(run, "hundred_futures")], facts(ending_day=days))

    assert told["hundred_futures"].missed


def test_a_row_of_dates_is_missed_if_one_of_them_is_another():
    picture = Picture("", None)
    table = SimpleNamespace(rows=(("Carrier group", "force", "2026-01-27", ""),))
    picture.__dict__["figure"] = SimpleNamespace(key="calendar", table=table)
    known = [("calendar", "Carrier group, 2026-01-26", [])]

    assert judge([Section("watching", "What?", (), (picture,))], known)["calendar"].missed


def test_a_sentence_is_looked_for_among_what_its_part_may_say():
    said = Section("endings", "How?", (), (Sentence(("Of 100, ", Value("12", 12.3))),))
    known = [("endings", "war", [12.3]), ("endings, sentences", "", [40.2])]

    assert judge([said], known)["endings, sentences"].missed
    assert not judge([said], known[:1])["endings, sentences"].missed


@pytest.mark.parametrize(("share", "missed"), [(12.40602, 0), (12.6, 1)])
def test_the_share_of_a_past_war_is_that_of_the_counts_that_ship(facts, share, missed):
    row = ("full-scale war", Value(f"{share:.1f}", share))
    table = Table("history", "Past crises", (Column("Share"), Column("%")), (row,))

    assert len(judge([Section("fitness", "?", (), (table,))], facts())["history"].missed) == missed


def test_a_sign_that_is_as_likely_either_way_tells_nothing():
    joint = np.array([[30.0, 60.0], [10.0, 20.0]])

    assert numbers_of_futures.mutual(joint) == pytest.approx(0.0, abs=1e-12)


def test_a_sign_that_decides_tells_all_that_is_not_known():
    joint = np.array([[50.0, 0.0], [0.0, 50.0]])

    assert numbers_of_futures.mutual(joint) == pytest.approx(1.0)


def test_worlds_that_agree_leave_no_variance_between_them():
    happened = np.tile(np.arange(40) % 4 == 0, (16, 1))
    part, low, high = numbers_of_futures.between_worlds(happened)

    assert (part, low) == (0.0, 0.0)
    assert 0.0 < high < 10.0
