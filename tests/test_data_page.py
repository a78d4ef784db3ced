"""The page on data: what stands in it is run as it stands, on a small run."""

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from detente import simulate
from detente.ensemble import runners
from detente.estimate.variance import by_world
from tests.standin import KERNEL

PAGE = Path(__file__).parent.parent / "docs" / "data.md"
HEADS = ["In Python", "Other programs", "With what was drawn"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    from detente import load  # noqa: PLC0415  after the standin

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return simulate(
            load("oman-2026"),
            futures=300,
            worlds=7,
            threads=1,
            chunk=100,
            options=["hotline"],
            out=tmp_path_factory.mktemp("data") / "RUN",
        )


def blocks():
    """Return the code of each section that has some."""
    sections = re.split(r"^## ", PAGE.read_text(), flags=re.M)[1:]
    found = [
        (one.splitlines()[0], re.findall(r"```python\n(.*?)```", one, re.S)) for one in sections
    ]
    return {head: code[0] for head, code in found if code}


def answer(head, run, monkeypatch):
    """Run the code of a section next to the run, as it stands; return its names."""
    monkeypatch.chdir(run.folder.parent)
    names = {}
    exec(blocks()[head], names)  # noqa: S102  our own page
    return names


def count(run, option, outcome="any_war"):
    """Return the share of an outcome in each world of an option."""
    return by_world(run, outcome, option).shares


def test_every_section_with_code_is_tested():
    assert list(blocks()) == HEADS


def test_another_program_reads_the_wars_of_each_world(run, monkeypatch):
    expected = []
    for option in sorted(run.options):
        wars = count(run, option)
        expected += [(option, world, pytest.approx(share)) for world, share in enumerate(wars)]

    assert answer("Other programs", run, monkeypatch)["wars"] == expected


def test_futures_are_read_with_what_was_drawn(run, monkeypatch):
    rows = answer("With what was drawn", run, monkeypatch)["lasting"]
    frame = run.to_pandas(raw=True)
    days = frame[frame["option"] == "base"].groupby("world")["ending_day"].mean()

    assert [row[0] for row in rows] == list(range(7))
    assert [row[2] for row in rows] == pytest.approx(list(days))
    assert len({row[1] for row in rows}) == 7


def test_detente_gives_futures_in_words_and_shares_by_name(run, monkeypatch):
    names = answer("In Python", run, monkeypatch)
    started = date.fromisoformat(run.record.as_of)
    days = [day for day in run.table["first_force_day"].to_pylist() if day >= 0]
    wars = [count(run, option) for option in run.options]

    assert names["frame"].shape == run.table.shape
    assert names["first_force"].date() == started + timedelta(min(days))
    assert list(names["by_world"]) == pytest.approx(np.concatenate(wars))
    assert (
        dict(names["shares"].loc["any_war"]) == names["summary"].base.outcomes["any_war"].as_json()
    )
    assert names["war"].share == names["summary"].base.outcomes["any_war"].value
    assert len(names["by_day"]) == run.record.settings.horizon + 1


def test_detente_gives_what_was_drawn_and_what_came_of_it_side_by_side(run, monkeypatch):
    names = answer("In Python", run, monkeypatch)
    wars = np.concatenate([count(run, option) for option in run.options])
    ended = np.concatenate([count(run, option, "war") for option in run.options])

    assert names["worlds"].num_rows == 7
    assert names["numbers"]["world"].to_pylist() == [*range(7)] * 2
    assert names["numbers"]["option"].to_pylist() == ["base"] * 7 + ["hotline"] * 7
    assert names["outcomes"]["any_war"] == pytest.approx(wars)
    assert (names["dataset"]["ending"] == 8).mean("future").to_numpy().ravel() == pytest.approx(
        ended
    )
