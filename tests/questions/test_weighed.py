"""Questions to a run whose worlds do not count alike."""

from dataclasses import replace

import numpy as np
import pytest

from detente import DetenteError, ask, charts, compare, course, find, summarise, update
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.weighing import Weighing
from detente.views import glance
from detente.views.blocks import plain
from detente.views.shown import as_text, section_of
from tests.standin import played

WORLDS, COUNT = 16, 10
SIZE = {"futures": 640, "worlds": WORLDS}
FIRST = np.where(np.arange(WORLDS) < COUNT, 1.0, 0.0)
"""The first worlds, each as much, and the others not at all."""


@pytest.fixture(scope="module")
def run(tmp_path_factory, crisis):
    return played(crisis, tmp_path_factory.mktemp("few") / "run", **SIZE, options=["hotline"])


@pytest.fixture(scope="module")
def weighed(run):
    without = [np.where(np.arange(WORLDS) % 8 == scramble, 0.0, FIRST) for scramble in range(8)]
    return replace(run, weighing=Weighing("first", FIRST, np.array(without)))


def share_of_first(run, outcome, option="base"):
    rows = np.concatenate(list(run.rows(option)))
    return OUTCOMES[outcome].happened(rows[rows["world"] < COUNT]).mean()


@pytest.mark.parametrize("outcome", ["any_war", "deal", "force"])
def test_every_answer_gives_the_share_of_the_worlds_that_count(run, weighed, outcome):
    wanted = pytest.approx(share_of_first(run, outcome))

    assert summarise(weighed).base.outcomes[outcome].value == wanted
    assert ask(weighed, outcome=outcome).share.value == wanted
    assert course(weighed).by_day(outcome)[-1] == wanted
    found = compare(weighed, outcome=outcome)
    assert found.options["base"].share.value == wanted
    change = share_of_first(run, outcome, "hotline") - share_of_first(run, outcome)
    assert found.options["hotline"].difference.value == pytest.approx(change)
    assert ask(run, outcome=outcome).share.value != wanted


def test_where_futures_stand_and_how_force_began_are_of_the_worlds_that_count(run, weighed):
    base, force = summarise(weighed).base, share_of_first(run, "force")
    begun = sum(one.futures for one in base.beginnings)

    assert base.corridor[-1].force == pytest.approx(force)
    assert begun == pytest.approx(force * SIZE["futures"], abs=len(base.beginnings))
    addresses = [str(row[-1]) for row in charts.hundred_futures(weighed).table.rows]
    assert addresses
    assert all(int(one.split(":")[0]) < COUNT for one in addresses)


def test_an_answer_says_that_its_worlds_are_weighed(weighed):
    found = ask(weighed, outcome="force")
    screen = glance.of_run(summarise(weighed), course(weighed))

    assert found.as_json()["weighed"] == {"name": "first", "worlds": COUNT}
    assert "Assumptions are weighed by first: 10 sets of 16 in effect" in as_text(found)
    assert any("weighed by first" in plain(one) for one in screen.answer)
    assert "weighed" not in ask(replace(weighed, weighing=None)).as_json()
    assert "assumptions alike" in compare(weighed).notes[-1]


def test_a_command_that_is_named_next_keeps_the_weights_if_it_takes_them(weighed):
    commands = {
        one.line.split()[1]: one.line
        for found in (ask(weighed, outcome="force"), compare(weighed), find(weighed))
        for one in section_of(found).next
    }

    assert all("run --weighed first" in commands[verb] for verb in ("find", "compare"))
    assert "--weighed" not in commands["trace"]


def test_signs_are_of_the_worlds_that_count(run, weighed):
    found = update(weighed, outcome="force")

    assert found.outcomes["force"].before.value == pytest.approx(share_of_first(run, "force"))
    assert found.outcomes["force"].after.value == pytest.approx(share_of_first(run, "force"))
    assert found.effective.worlds == pytest.approx(COUNT)


def test_no_world_is_drawn_to_worlds_that_are_weighed(weighed, tmp_path):
    seen = tmp_path / "seen.toml"
    seen.write_text(
        f'pack = "{weighed.record.name}"\n[observed.talks_failed]\ndate = 2026-03-01\nby = "A"\n'
        'source = "a test"\ntalks_failed = true\n',
        encoding="utf-8",
    )

    with pytest.raises(
        DetenteError, match="none are drawn, as first says nothing of new assumptions"
    ):
        update(weighed, seen)
    with pytest.raises(
        DetenteError, match="first has no weights for assumptions that the run did not play"
    ):
        update(weighed, outcome="force", more_worlds=8)
