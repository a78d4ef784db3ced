import json
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from detente import DetenteError, replay, resume, rule, simulate, trace
from detente.ensemble import runners
from detente.ensemble.rule import DecisionRule
from detente.kernel.decision import NO_RULE
from tests.standin import KERNEL, follow, play

SMALL = {"futures": 40, "worlds": 4, "threads": 2, "chunk": 10}
HASTE = 1.0


@rule
def keeps(sight, chances):
    """Change nothing."""


@rule
def waits(sight, chances):
    if sight.day < HASTE:
        chances[1] += chances[0]
        chances[0] = 0.0


def helper(x):
    return x * HASTE


@pytest.fixture(autouse=True)
def seen(monkeypatch):
    """Play with the stand-in, and note by which rules."""
    seen = []

    def noting(*given, rules=None, **named):
        seen.append(rules)
        return play(*given, **named)

    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(play=noting, follow=retold))
    return seen


def retold(*given, rules, **named):
    assert rules == (NO_RULE, waits.compiled)
    return follow(*given, **named)


@pytest.fixture
def run(crisis, tmp_path):
    return simulate(crisis, **SMALL, rules={"defender": waits}, out=tmp_path / "run")


def test_the_record_names_the_rule_with_a_digest(run):
    stored = json.loads((run.folder / "record.json").read_text())

    assert stored["settings"]["rules"] == {"defender": {"name": "waits", "digest": waits.digest}}
    assert "rules={'defender': waits}" in stored["call"]
    assert any("own rule waits" in limit for limit in stored["limits"])


def test_every_world_is_played_by_the_rule_and_only_by_its_side(run, seen):
    assert len(seen) == run.record.settings.worlds
    assert {rules[1] for rules in seen} == {waits.compiled}
    assert waits.compiled not in {rules[0] for rules in seen}


def test_without_rules_the_kernel_gets_none(crisis, tmp_path, seen):
    plain = simulate(crisis, **SMALL, out=tmp_path)

    assert set(seen) == {None}
    assert plain.record.settings.rules == {}


AGAIN = {
    "resume": lambda run, **by: resume(run.folder, futures=80, **by),
    "replay": replay,
    "trace": lambda run, **by: trace(run, future=(0, 0), **by),
}


@pytest.mark.parametrize("again", AGAIN.values(), ids=AGAIN.keys())
def test_going_on_and_playing_again_ask_for_the_rule(run, again):
    before = (run.folder / "record.json").read_bytes()
    with pytest.raises(DetenteError) as none:
        again(run)
    with pytest.raises(DetenteError) as other:
        again(run, rules={"defender": keeps})

    assert "the rule waits of the defender, which is not given" in str(none.value)
    assert "the rule keeps of the defender" in str(other.value)
    assert "is not the one of the run, waits" in str(other.value)
    assert (run.folder / "record.json").read_bytes() == before


def test_a_run_goes_on_and_is_replayed_with_its_rule(run):
    reported = replay(run, rules={"defender": waits})
    longer = resume(run.folder, futures=80, rules={"defender": waits})

    assert reported.is_same
    assert longer.record.settings.futures == 80
    assert trace(longer, future=(0, 0), rules={"defender": waits}).differs == ()


def test_a_rule_that_the_run_does_not_have_is_refused(crisis, tmp_path):
    plain = simulate(crisis, **SMALL, out=tmp_path)

    with pytest.raises(DetenteError, match="without a rule of the challenger"):
        replay(plain, rules={"challenger": keeps})


def test_the_digest_is_of_the_source_and_of_what_it_reads():
    def with_(factor):
        def chosen(_sight, chances):
            chances[0] = helper(factor)

        return rule(chosen)

    assert with_(1.0).digest == with_(1.0).digest
    assert with_(1.0).digest != with_(2.0).digest
    assert with_(1.0).digest != waits.digest


def test_a_changed_number_outside_the_rule_is_another_rule(monkeypatch):
    before = rule(waits.function).digest
    monkeypatch.setitem(globals(), "HASTE", 2.0)

    assert rule(waits.function).digest != before


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"mediator": keeps}, "'mediator' is not a side that can follow a rule"),
        ({"defender": keeps.function}, "function is not a rule"),
        ({"defender": "keeps"}, "str is not a rule"),
    ],
)
def test_what_is_no_rule_of_a_side_is_refused_before_anything_is_written(
    crisis, tmp_path, rules, says
):
    with pytest.raises(DetenteError, match=says):
        simulate(crisis, **SMALL, rules=rules, out=tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("no_rule", [print, lambda _: None, DecisionRule, 3])
def test_a_rule_is_a_function_of_two_arguments(no_rule):
    with pytest.raises(DetenteError, match="a function of two arguments"):
        rule(no_rule)


def test_a_rule_whose_source_is_nowhere_is_refused():
    place = {}
    exec("def typed(sight, chances):\n    pass", place)  # noqa: S102  as at a prompt

    with pytest.raises(DetenteError, match="its source cannot be read"):
        rule(place["typed"])


def test_the_source_of_other_code_is_not_taken_for_that_of_a_rule():
    """What `python -c` runs has the place that a rule made of a text gives, and can be read."""
    program = """
        import detente
        place = {}
        exec("def typed(sight, chances):\\n    pass", place)
        try:
            detente.rule(place["typed"])
        except detente.DetenteError as fault:
            print(fault)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "its source cannot be read" in done.stdout


def test_a_rule_that_cannot_be_compiled_says_why(crisis, tmp_path):
    @rule
    def mistaken(sight, chances):
        chances[0] = sight.weather

    with pytest.raises(DetenteError, match=r"(?s)rule mistaken: it cannot be compiled.*weather"):
        simulate(crisis, **SMALL, rules={"defender": mistaken}, out=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_rule_can_be_tried_out_by_hand():
    chances = np.array([0.25, 0.75])
    waits(type("Sight", (), {"day": 0}), chances)

    assert chances.tolist() == [0.0, 1.0]
