"""What is said of what a pack holds, and of what its tests found."""

from dataclasses import replace
from types import SimpleNamespace

from detente import Hypotheses, load
from detente.estimate.estimate import Estimate
from detente.questions.hypotheses import Tested as Judged
from detente.questions.hypotheses.verdicts import Criterion, Result, undecided
from detente.text import between
from detente.views.blocks import Table
from detente.views.hypotheses import held, in_report, section
from detente.views.material import Material
from tests.views.reading import must_say

MEASURED = Result(
    "change in war",
    "of 100 futures",
    100.0,
    Estimate(0.083, 0.0541, 0.113, 0.029, 0.269, kind="estimate"),
    0.0,
    "more",
    0.97,
    "supported",
    "",
    (0.086, 0.169),
)
OPEN = undecided(
    Criterion("wars that another state joins", "of 100 wars", 100.0), "it does not occur"
)


def found(run, crisis, *results):
    """Return one hypothesis of a run, with what its first test found."""
    (key, one), *_ = crisis.hypotheses.items()
    one = one.model_copy(update={"tests": one.tests[:1]})
    tested = Judged(key, one, (results,), "detente hypotheses stored --only one")
    return Hypotheses(run, 2, (tested,))


def test_hypotheses_say_what_they_must(run, crisis):
    one, *_ = crisis.hypotheses.values()

    must_say(
        section(found(run, crisis, MEASURED)),
        "2 of the run's 16 sets of assumptions, played again",
        "Verdicts in this model: 1 supported.",
        "points. Holds in 97 % of assumptions",
        "Note: a verdict needs at least 16 sets of assumptions.",
        f"change in war: 8.3 ({between('5.4', '11.3')}) points",
        f"step by step 8.6, 16.9; {between('2.9', '26.9')} across assumptions; it holds in 97 % of "
        "them",
        "supported if more than 0.00; verdict: supported",
        f"{one.says}: supported",
        "Rejected if: ",
        "  detente hypotheses stored --only one\n",
        "Tests intervene",
    )


def test_a_report_has_the_tests_as_a_file_and_a_run_of_another_version_has_no_boxes(run, crisis):
    *_, table = in_report(run, crisis, found(run, crisis, MEASURED)).blocks
    of_another = SimpleNamespace(record=SimpleNamespace(is_own_model=False))

    assert table.is_ledger
    assert table.rows[0][-1].endswith("supported if more than 0.00; verdict: supported")
    assert Material(of_another).boxes == {}


def test_every_result_of_every_test_has_a_row_with_its_side_its_size_and_what_follows(run, crisis):
    against = MEASURED._replace(expects="less", verdict="rejected")
    (_, table) = (
        one
        for one in section(found(run, crisis, MEASURED, against, OPEN)).blocks
        if isinstance(one, Table)
    )

    assert table.rows == (
        ("1", f"{MEASURED.name}, points", "+", "8.3", between("5.4", "11.3"), "supported"),
        ("1", f"{MEASURED.name}, points", "-", "8.3", between("5.4", "11.3"), "rejected"),
        ("1", f"{OPEN.name}, of 100 wars", "", "", "", "cannot tell: it does not occur"),
    )


def test_what_could_not_be_measured_has_no_number_and_says_why(run, crisis):
    table, _ = (one for one in section(found(run, crisis, OPEN)).blocks if isinstance(one, Table))

    assert table.rows[0][1:-1] == (
        "cannot tell",
        "Wars that another state joins: not measured. It does not occur",
    )


def test_a_hypothesis_without_a_test_says_so(run, crisis):
    one = found(run, crisis, MEASURED).tested[0]
    bare = one.hypothesis.model_copy(update={"tests": ()})
    bare_one = replace(one, hypothesis=bare, by_test=())

    must_say(section(Hypotheses(run, 16, (bare_one,))), "the pack names no test for it")


def test_what_was_not_tested_comes_with_the_command_that_tests_it(run, crisis):
    must_say(
        in_report(run, crisis, None),
        "have not been tested on this run yet",
        f"detente hypotheses {run.folder}",
    )


def test_a_pack_without_hypotheses_says_so(run):
    must_say(in_report(run, load("cuba-1962"), None), "The pack holds no hypotheses.")


def test_what_is_held_comes_with_what_rejects_it_and_who_holds_it(crisis):
    (table,) = held(crisis).blocks
    rows = {row[-1]: row[:-1] for row in table.rows}
    one = crisis.hypotheses["miscalculation_over_intent"]

    assert rows.keys() == crisis.hypotheses.keys()
    assert rows["miscalculation_over_intent"] == (
        one.says,
        one.rejected_if,
        "miscalculation-over-intent",
    )
