import json
import shutil
from io import StringIO
from pathlib import Path

import pytest

from detente.cli import main, questions
from detente.pack import load
from detente.pack.answers import Prompt, read_typed
from detente.pack.beginning import KINDS
from tests.cli.asking import answer

ANSWERS = Path(__file__).parents[1] / "pack" / "answers" / "essequibo-2023.toml"
WHO = ("2023-12-06", "Venezuela", "Guyana")
ISSUES = ("Essequibo", "high", "vital", "yes", "partly", "", "part", "")
REST = (
    *("Guyana gives way", "", "", ""),  # no deadline, vote or court
    *("United States", "guyana", "even", "tens", ""),
    *("Brazil", "Argyle", "yes"),
    *("tens", "thousands", "some", "none", "thousands"),
    *("quarantine", "no", "slight", "some", "medicines come later", "who may stop ships"),
    *("even", "high", "talks"),
    *("non_violent", *[""] * 12),
    *("20-40 %", "a guess", "", "", ""),
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def typed(monkeypatch, capsys):
    """Return a function that gives a command with lines typed at a terminal, and its answer."""

    def give(*arguments, lines):
        monkeypatch.setattr("detente.cli.terminal.is_terminal", lambda _stream: True)
        monkeypatch.setattr(questions.sys, "stdin", StringIO("".join(f"{one}\n" for one in lines)))
        status = main([*arguments])
        return status, *capsys.readouterr()

    return give


def test_eight_questions_end_in_a_pack_that_runs(typed):
    status, out, err = typed("new", lines=["guyana", *WHO, *ISSUES, *REST])
    crisis = load("./guyana")

    assert status == 0, (out, err)
    assert crisis.model.actors["united_states"].supports == "guyana"
    assert crisis.model.judgements["force"].probability == (0.2, 0.4)
    assert {claim.kind for claim in crisis.claims.values()} == {"assumed"}
    assert crisis.model.issues["essequibo"].land
    assert crisis.model.issues["essequibo"].takeable is not None
    assert crisis.model.issues["essequibo"].vital
    assert crisis.model.blockade.kind == "quarantine"


def test_a_friend_who_is_named_again_is_taken_out(typed):
    rest = (*REST[:8], "United States", *REST[8:])
    status, out, err = typed("new", lines=["guyana", *WHO, *ISSUES, *rest])

    assert status == 0, (out, err)
    assert "united_states" not in load("./guyana").model.actors


def test_the_first_issue_is_needed(typed):
    status, out, err = typed("new", lines=["guyana", *WHO, "", *ISSUES, *REST])

    assert status == 0, (out, err)
    assert "An answer is needed" in out + err


def test_a_wrong_day_is_named_and_for_whom_a_court_finds_may_be_unknown(typed):
    court = ("Guyana gives way", "", "", "the court", "2023-01-01", "2024-03-01", "do not know")
    again = ("", "", "", "", "2024-02-01", "", "")
    status, out, err = typed("new", lines=["guyana", *WHO, *ISSUES, *court, *again, *REST[4:]])
    said = " ".join(out.split())  # prompts and faults are wrapped

    assert status == 0, (out, err)
    assert "The first day on which it may rule: 2023-01-01; allowed: a day after" in said
    assert "(Venezuela, Guyana, unknown)" in said
    found = load("./guyana").numbers["rulings.court.for_challenger"]
    assert (found.low, found.high) == (0.2, 0.8)


@pytest.mark.parametrize("typed", ["unknown", "u", "?", "I don't know", "don\u2019t know"])
def test_not_to_know_is_typed_in_several_ways(typed):
    prompt = Prompt(("dear",), "", "choice", ("slight", "vital", "unknown"))

    assert read_typed(prompt, typed) == "unknown"


def test_a_figure_that_may_be_a_share_or_percent_is_asked_again():
    prompt = Prompt(("probability",), "", "likelihood")

    assert read_typed(prompt, "20 to 40") == (0.2, 0.4)
    assert read_typed(prompt, "1.4 %") == pytest.approx(0.014)
    for typed in ("1.4", "0.2 to 40"):
        with pytest.raises(ValueError, match="a probability such as"):
            read_typed(prompt, typed)


def test_what_was_asked_rests_on_its_answer_and_all_else_on_a_default(capsys):
    answer(capsys, "new", "guyana", "--answers", str(ANSWERS))
    numbers = load("./guyana").numbers
    asked = [number for number in numbers.values() if not {"default"} & {*number.because}]

    assert all(
        one.because[0].startswith("answer-") or one.because[0] in {"calibrated", "catalogue"}
        for one in asked
    )
    assert numbers["talks.wide_agenda"].because == ("default",)


@pytest.mark.parametrize(
    ("resolve", "last", "ends"),
    [
        ("unknown", "none", (0.1, 0.9)),
        ("unknown", "backed_down", (0.08, 0.6)),
        ("high", "backed_down", (0.6, 0.92)),
    ],
)
def test_a_side_that_backed_down_is_held_less_resolved_unless_its_resolve_is_known(
    capsys, here, resolve, last, ends
):
    printed = ANSWERS.read_text().replace(
        'pressed = "even"\nlast = "talks"', f'pressed = "{resolve}"\nlast = "{last}"'
    )
    (here / "given.toml").write_text(printed)
    answer(capsys, "new", "guyana", "--answers", "given.toml")
    number = load("./guyana").numbers["actors.guyana.hard_probability"]

    assert (number.low, number.high) == ends


def test_what_was_answered_is_kept_and_gone_on_with(typed):
    stopped, _, said = typed("new", lines=["guyana", *WHO])
    status, out, _ = typed("new", "guyana", lines=[*ISSUES, *REST])

    assert stopped != 0
    assert "go on: detente new guyana" in said
    assert status == 0
    assert "Who presses whom" not in out
    assert load("./guyana").title == "Venezuela presses Guyana over Essequibo"


def test_a_faulty_answer_is_asked_again(typed):
    again = ["x", "high", "vital", "", "partly", "", "", ""]
    late = ("Guyana gives way", "2023-11-01", "", "", *REST[:1], "-", *REST[2:])
    status, out, _ = typed("new", lines=["guyana", *WHO, "Essequibo", *again, *late])

    assert status == 0
    assert "x; allowed: slight, some, high, vital, unknown" in out
    assert "2023-11-01; allowed: a day after 2023-12-06" in out


def test_without_a_terminal_it_says_how_to_answer(capsys):
    status, _, err = answer(capsys, "new")

    assert status == 2
    assert "--answers FILE" in err


def test_another_answer_changes_what_rests_on_it_and_leaves_what_was_edited(capsys, here):
    answer(capsys, "new", "guyana", "--answers", str(ANSWERS))
    crisis = here / "guyana" / "crisis.toml"
    crisis.write_text(crisis.read_text().replace('place = "Argyle"', 'place = "Kingstown" # mine'))
    other = here / "other.toml"
    printed = ANSWERS.read_text().replace("deadline = 2024-03-05\n", "")
    other.write_text(printed.replace('sure = "even"', 'sure = "certain"'))

    status, out, _ = answer(capsys, "new", "guyana", "--answers", str(other), "--json")
    changed = json.loads(out)["changed"]

    assert status == 0
    assert "actors.united_states.stands_by.range" not in changed
    assert "actors.united_states.stands_by" in changed
    assert "ultimatum.days" in changed
    assert 'place = "Kingstown" # mine' in crisis.read_text()
    assert load("./guyana").numbers["actors.united_states.stands_by"].low == 0.9
    assert load("./guyana").model.talks.ultimatum_runs is None


def test_a_violent_start_moves_the_model_as_it_moved_past_crises(capsys, here):
    text = ANSWERS.read_text().replace('start = "non_violent"', 'start = "violent"')
    (here / "violent.toml").write_text(text)
    (here / "open.toml").write_text(text.replace("deadline = 2024-03-05\n", ""))
    for name in ("violent", "open"):
        answer(capsys, "new", name, "--answers", str(here / f"{name}.toml"))
    violent, no_term = load("./violent"), load("./open")

    as_in = load("reference-violent").numbers
    for path, there in (
        ("actors.venezuela.motive", "actors.alpha.motive"),
        ("incidents.hostile_probability", "incidents.hostile_probability"),
    ):
        number = violent.numbers[path]
        assert (number.low, number.high) == (as_in[there].low, as_in[there].high)
        assert number.because == ("answer-kind",)
    assert violent.model.talks.have_failed is None
    failed, held = (numbers["talks.have_failed"] for numbers in (no_term.numbers, as_in))
    assert (failed.low, failed.high) == (held.low, held.high)


def test_faults_of_answers_are_reported_all_at_once(capsys, here):
    printed = ANSWERS.read_text().replace('"high"', '"dear"').replace("2024-03-05", "2023-03-05")
    (here / "faulty.toml").write_text(printed)

    status, _, err = answer(capsys, "new", "guyana", "--answers", "faulty.toml")

    assert status == 2
    assert not (here / "guyana").exists()
    assert "demand.deadline" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("new", "one", "--kind", "sieges"), "no such kind of crisis"),
        (("new", "one", "--kind", "strike", "--from", "cuba-1962"), "not together"),
        (("new", "--kind", "strike"), "needs a name"),
    ],
)
def test_what_cannot_be_begun_is_refused(capsys, arguments, says):
    status, _, err = answer(capsys, *arguments)

    assert status == 2
    assert says in err


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_a_small_real_crisis_without_claims_of_others(capsys, kind):
    status, _, _ = answer(capsys, "new", "mine", "--kind", kind)

    assert status == 0
    assert {claim.source for claim in load("./mine").claims.values()} == {"analyst"}


def test_the_six_rules_of_conflict_below_a_strike_each_stand_in_a_kind(capsys):
    used = set()
    for kind in KINDS:
        answer(capsys, "new", kind, "--kind", kind)
        model = load(f"./{kind}").model
        tables = ("standstill", "rulings", "taking", "blockade", "land")
        used |= {table for table in tables if getattr(model, table)}
        used |= {"vital" for issue in model.issues.values() if issue.vital}

    assert used == {"standstill", "rulings", "taking", "blockade", "land", "vital"}


def test_an_article_is_shown_next_to_the_questions_and_fills_in_nothing(typed, here):
    (here / "article.txt").write_text(
        "The referendum\nBy Jane Roe, 6 December 2023\n\n"
        "Venezuela set a deadline of 5 March 2024. Brazil offered to mediate in the dispute.\n"
    )
    lines = ["guyana", "", *WHO[1:], *ISSUES, *REST]
    status, out, _ = typed("new", "--from-article", "article.txt", lines=lines)

    assert status == 0
    assert "a deadline of 5 March 2024" in out
    assert load("./guyana").as_of.isoformat() == "2023-12-06"
    assert not load("./guyana").events


def test_a_pack_that_was_not_made_of_answers_is_left_alone(capsys, here):
    answer(capsys, "new", "guyana", "--from", "cuba-1962")
    shutil.copy(ANSWERS, here / "a.toml")

    status, _, err = answer(capsys, "new", "guyana", "--answers", "a.toml")

    assert status == 2
    assert "not made of answers" in err
