import json
from pathlib import Path

import pytest

from verification.cases import Case, judge, load_models, main, read, read_all
from verification.signatures import SIGNATURES

HERE = Path(__file__).parent
SHIPPED = sorted((HERE.parents[1] / "verification" / "cases").glob("*.json"))
ROW = {
    "name": "two_sides",
    "model": "alternating_offers",
    "reach": "reference",
    "inputs": {"discount_1": 0.9, "discount_2": 0.9},
    "expected": {"proposer": 0.5263},
    "tol": 0.001,
    "source": "Rubinstein 1982",
}


def written(folder, **changes):
    path = folder / "cases.json"
    path.write_text(json.dumps([ROW | changes]))
    return str(path)


def test_every_model_has_a_published_case():
    assert {case.model for case in read_all(SHIPPED)} == SIGNATURES.keys()


def test_every_model_that_is_reached_is_one_of_those_published():
    assert load_models().keys() <= SIGNATURES.keys()


@pytest.mark.parametrize(
    "case",
    [case for case in read_all(SHIPPED) if case.model in load_models()],
    ids=lambda c: c.name,
)
def test_published_case_holds(case):
    assert judge(case, load_models()).reason == ""


def test_a_case_that_holds_passes(tmp_path, capsys):
    status = main([written(tmp_path)])

    assert status == 0
    assert "passed           two_sides" in capsys.readouterr().out


def test_a_case_that_fails_says_what_was_got_and_expected(tmp_path, capsys):
    status = main([written(tmp_path, expected={"proposer": 0.6})])

    assert status == 1
    assert "two_sides: proposer is 0.526" in capsys.readouterr().out


def test_an_uncovered_case_fails_the_check(tmp_path, capsys):
    status = main([written(tmp_path, model="not_built")])

    assert status == 1
    assert "not reached yet  two_sides (model not_built)" in capsys.readouterr().out


def test_known_only_lets_uncovered_cases_pass(tmp_path):
    assert main([written(tmp_path, model="not_built"), "--known-only"]) == 0


def test_known_only_lets_no_failure_pass(tmp_path):
    assert main([written(tmp_path, expected={"proposer": 0.6}), "--known-only"]) == 1


def test_an_input_outside_a_models_domain_fails_with_the_reason(tmp_path, capsys):
    status = main([written(tmp_path, inputs={"discount_1": 1.0, "discount_2": 1.0})])

    assert status == 1
    assert "one side at least must tire" in capsys.readouterr().out


def test_what_is_not_a_number_does_not_pass():
    case = Case("c", "m", {}, {"x": 0.0}, 1.0)

    assert judge(case, {"m": lambda _: {"x": float("nan")}}).status == "failed"


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("lacks_tol", "case 1 (two_sides): lacks tol"),
        ("tol_negative", "tol is -1; use a number of 0 or more"),
        ("reach_unknown", "reach is 'moon'; use kernel or reference"),
        ("input_unknown", "inputs.patience is unknown"),
        ("input_missing", "inputs lack discount_2; use a finite number"),
        ("input_text", "inputs.discount_1 is 'high'; use a finite number"),
        ("input_ragged", "inputs.layers is [[0.5]]; use a list of pairs"),
        ("inputs_list", "inputs is a list; use an object"),
        ("expected_empty", "expected is empty; use proposer"),
        ("expected_unknown", "expected.responder is unknown; alternating_offers has proposer"),
        ("case_number", "case 1: is a number; use an object"),
        ("not_a_list", "holds an object; write a list of cases"),
        ("not_json", "is not JSON"),
        ("not_finite", "NaN is no finite number"),
        ("no_such_file", "cannot be read"),
    ],
)
def test_a_faulty_file_is_refused_with_its_fault(fault, message, capsys):
    status = main([str(HERE / "faulty" / f"{fault}.json")])

    assert status == 2
    assert message in capsys.readouterr().err


def test_all_faults_are_told_at_once(capsys):
    main([str(HERE / "faulty" / "two_faults.json"), str(HERE / "faulty" / "lacks_tol.json")])

    assert len(capsys.readouterr().err.splitlines()) == 3


def test_a_good_file_reads_as_written(tmp_path):
    [case] = read(Path(written(tmp_path)))

    assert case == Case(
        "two_sides", "alternating_offers", ROW["inputs"], ROW["expected"], ROW["tol"]
    )
