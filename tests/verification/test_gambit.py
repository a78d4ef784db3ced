import json
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from scipy.special import expit

from verification import make_gambit, peers
from verification.cases import judge, load_models, read
from verification.make_gambit import RANGES, SETS, draw
from verification.signatures import SIGNATURES

STORED = Path(make_gambit.__file__).with_name("gambit.json")
CASES = read(STORED)
NAMED = [case.name for case in CASES]
PLACES = np.linspace(0.0, 1.0, 200_001)


@pytest.fixture
def shifted(monkeypatch):
    """Stand in for Gambit with the stored answers, each moved by a given step."""

    def install(step):
        answers = {json.dumps(case.inputs): case.expected for case in CASES}

        def answer(inputs):
            known = answers[json.dumps(inputs)]
            return {name: value + step for name, value in known.items()}

        monkeypatch.setattr(peers, "version", lambda: "0")
        monkeypatch.setattr(make_gambit, "version", lambda: "0")
        for model in SETS:
            monkeypatch.setitem(peers.MODELS, model, answer)

    return install


def wish_to_resist(case):
    """How likely B is to resist a threat of a challenger that foresees each chance of it."""
    war = np.array([case["war_strong"], case["war_weak"]])
    fight = expit(case["lam"] * (war + case["back_down_cost"]))
    resisted = fight * war - (1.0 - fight) * case["back_down_cost"]
    threat = np.outer(PLACES, resisted) + (1.0 - PLACES)[:, None]
    seen = np.array([case["pi"], 1.0 - case["pi"]]) * expit(case["lam"] * threat)
    fought = seen @ fight / seen.sum(axis=1)
    return expit(case["lam"] * (fought * case["war_B"] + 1.0 - fought))


@pytest.mark.parametrize("case", CASES, ids=NAMED)
def test_the_kernel_answers_as_gambit_does(case):
    assert case.tol == 1e-6
    assert case.expected.keys() == set(SIGNATURES[case.model].outputs)
    assert judge(case, load_models()).reason == ""


def test_at_least_twenty_sets_are_stored():
    assert len(CASES) >= 20


def test_no_drawn_set_is_missing_and_none_was_changed():
    drawn = [(model, draw(model, n)) for model in SETS for n in range(1, SETS[model] + 1)]

    assert [(case.model, case.inputs) for case in CASES] == drawn


@pytest.mark.parametrize("model", SETS)
def test_the_sets_fill_the_range_of_every_input(model):
    ranges = RANGES[model]
    sets = np.array([list(draw(model, number).values()) for number in range(1, SETS[model] + 1)])
    low, high = np.array(list(ranges.values())).T

    assert ranges.keys() == SIGNATURES[model].inputs.keys()
    assert (sets >= low).all()
    assert (sets <= high).all()
    assert (np.ptp(sets, axis=0) > 0.7 * (high - low)).all()


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.model == "aqre_signalling"], ids=lambda case: case.name
)
def test_a_set_has_one_equilibrium_and_gambit_found_it(case):
    above = wish_to_resist(case.inputs) > PLACES
    [crossing] = np.flatnonzero(above[:-1] != above[1:])

    assert PLACES[crossing] <= case.expected["resist"] <= PLACES[crossing + 1]


def test_every_case_says_who_answered_and_how():
    sources = {row["source"] for row in json.loads(STORED.read_text())}
    [source] = sources

    assert source.startswith("Gambit 17.0.0b2, principal branch")
    assert "python -m verification.make_gambit" in source


@pytest.mark.parametrize(
    ("text", "model"), [(peers.SIGNALLING, "aqre_signalling"), (peers.CRISIS, "aqre_crisis")]
)
def test_the_game_put_to_gambit_holds_every_input(text, model):
    named = {name for _, name, _, _ in Formatter().parse(text) if name}

    assert named - {"weak"} == RANGES[model].keys() - {"lam"}


def test_a_branch_that_turns_back_is_refused():
    with pytest.raises(ValueError, match=r"turns back at precision 2\.0"):
        peers.refuse_to_turn([0.0, 2.0, 1.0, 5.0, 4.0], 4.0)


def test_a_branch_may_be_searched_to_and_fro_where_it_is_asked_for():
    peers.refuse_to_turn([0.0, 2.0, 5.0, 3.9, 4.0], 4.0)


def test_what_gambit_answers_alike_passes(shifted, capsys):
    shifted(1e-7)
    status = peers.main([str(STORED)])

    assert status == 0
    assert f"{len(CASES)} asked again, 0 failed" in capsys.readouterr().out


def test_what_gambit_answers_otherwise_fails(shifted, capsys):
    shifted(1e-5)
    status = peers.main([str(STORED)])

    assert status == 1
    assert f"{len(CASES)} asked again, {len(CASES)} failed" in capsys.readouterr().out


def test_files_that_gambit_can_answer_nothing_of_fail(shifted):
    shifted(0.0)

    assert peers.main([str(STORED.parent / "cases" / "engagement.json")]) == 1


def test_answers_are_written_as_they_are_stored(shifted, tmp_path):
    shifted(0.0)
    written = tmp_path / "gambit.json"
    status = make_gambit.main([str(written)])

    assert status == 0
    assert read(written) == CASES
