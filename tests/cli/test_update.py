"""`detente update` as a person meets it."""

import json
import re
import shlex
from pathlib import Path

import pytest

from detente.cli import main
from detente.ensemble import runners
from tests.cli.asking import answer
from tests.observations import PLANNED, own_sign, sign, state, written

SMALL = ["--futures", "6400", "--worlds", "16", "--threads", "1", "-q"]


@pytest.fixture(scope="session")
def usual(play):
    return play(PLANNED, futures=6400, worlds=16)


@pytest.fixture(autouse=True)
def seen(stored, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: PLANNED)
    (stored.parent / "seen.toml").write_text(written(sign(), state("ongoing")))


def test_what_was_seen_changes_shares_and_quiet_leaves_out_how_to_read_it(capsys):
    asked = ("update", "stored", "--observed", "seen.toml", "--all")
    status, out, err = answer(capsys, *asked)
    quiet = answer(capsys, *asked, "-q")

    assert (status, err) == (0, "")
    assert "Outcomes and the challenger's plan, in %" in out
    assert "is the best sign" not in out[: out.index("How to read it")]
    assert quiet == (0, f"{out[: out.index('How to read it')].rstrip()}\n", "")


def test_what_to_watch_for_needs_no_observation(capsys):
    status, out, err = answer(capsys, "update", "stored", "--next", "--outcome", "war", "--all")

    assert (status, err) == (0, "")
    assert "is the best sign of whether war of two or three parties comes" in out
    assert "Endings" not in out


def test_events_that_may_be_seen_by_a_date_come_with_the_signs(capsys):
    asked = ("update", "stored", "--next", "--by", "2026-03-08", "--all")
    status, out, _ = answer(capsys, *asked)
    _, printed, _ = answer(capsys, *asked, "--json")

    assert status == 0
    assert out.startswith("Which events may be seen by 8 March 2026 (day 30)?")
    assert "tankers" in out
    assert json.loads(printed)["sightings"]["by"] == {"day": 30, "date": "2026-03-08"}


def test_a_date_means_nothing_without_what_to_watch_for(capsys):
    status, _, err = answer(capsys, "update", "stored", "--observed", "seen.toml", "--by", "30")

    assert status == 2
    assert "give --next --by DATE" in err


def test_what_would_have_most_information_after_what_was_seen(capsys):
    _, out, _ = answer(capsys, "update", "stored", "--observed", "seen.toml", "--next", "--all")
    watched = out[out.index("Chance of war with a sign") :]

    assert "tankers" in watched
    assert "search_and_rescue" not in watched


def test_where_all_signs_are_reported_how_to_add_one_is_reported(capsys):
    Path("seen.toml").write_text(written(sign(), sign("tankers")))
    status, out, _ = answer(
        capsys, "update", "stored", "--observed", "seen.toml", "--next", "--all"
    )

    assert status == 0
    assert "No sign is left: write [signs.KEY]" in out


def test_next_commands_can_be_run_as_they_stand(capsys):
    _, out, _ = answer(capsys, "update", "stored", "--observed", "seen.toml")
    commands = [
        shlex.split(re.split("  +(?=what|the same|all of it)", line)[0])[1:]
        for line in out[out.index("\nNext\n") :].splitlines()
        if "detente update" in line
    ]

    assert [main(command) for command in commands] == [0, 0, 0]
    assert main(["check", "./oman-2026-2026-03-01"]) == 0


def test_json_is_one_object(capsys):
    asked = ("update", "stored", "--observed", "seen.toml", "--outcome", "deal", "--json")
    status, out, _ = answer(capsys, *asked)
    content = json.loads(out)

    assert status == 0
    assert content["schema"] == "detente/update/1"
    assert content["outcome"] == "deal"
    assert set(content["effective"]) == {"futures", "worlds"}
    assert list(content["next"]) == ["tankers"]


def test_a_new_pack_can_be_checked_and_played(capsys):
    asked = ("update", "stored", "--observed", "seen.toml", "--as-pack", "later")
    status, out, _ = answer(capsys, *asked)
    checked, _, _ = answer(capsys, "check", "./later")
    played, _, _ = answer(capsys, "run", "./later", *SMALL, "-o", "anew")

    assert (status, checked, played) == (0, 0, 0)
    assert "later holds the pack as of the last day observed" in out
    assert "detente run ./later" in out
    assert "detente check ./later" in out


def test_a_new_pack_in_json_names_the_command_that_plays_it(capsys):
    asked = ("update", "stored", "--observed", "seen.toml", "--as-pack", "later", "--json")
    _, out, _ = answer(capsys, *asked)

    assert json.loads(out)["next"] == ["detente run ./later"]


def test_too_little_is_refused_with_the_commands_of_a_new_run(capsys):
    Path("seen.toml").write_text(written(state("ongoing", day="2027-01-31")))
    status, out, err = answer(capsys, "update", "stored", "--observed", "seen.toml")
    offered = err[err.index("detente update stored") : err.index(", then detente run")]

    assert (status, out) == (2, "")
    assert "271 under 8 sets are needed" in err
    assert main(shlex.split(offered)[1:]) == 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ([], "nothing was observed"),
        (["--as-pack", "later"], "nothing was observed"),
        (["--observed", "none.toml"], "nothing lies there"),
        (["--observed", "signs.toml"], "it has no observation"),
        (["--observed", "other.toml"], "oman-2026, the pack that the run was played from"),
        (["--next", "--outcome", "any_wars"], "did you mean any_war?"),
        (["--next", "--option", "hotlin"], "the run has no option 'hotlin'"),
    ],
    ids=str,
)
def test_bad_input_is_reported_and_nothing_is_printed(capsys, asked, words):
    Path("signs.toml").write_text(written(signs=own_sign("hospitals", "value = 3")))
    Path("other.toml").write_text(written(sign(), pack="oman-2025"))
    status, out, err = answer(capsys, "update", "stored", *asked)

    assert (status, out) == (2, "")
    assert words in err


def test_signs_of_a_file_can_be_weighed_before_anything_is_seen(capsys):
    Path("signs.toml").write_text(written(signs=own_sign("hospitals", "value = 3")))
    status, out, _ = answer(capsys, "update", "stored", "--observed", "signs.toml", "--next")

    assert status == 0
    assert "hospitals" in out


def test_what_steers_a_terminal_does_not_reach_it(capsys):
    text = written(sign()).replace("an invented observer", "\\u001b[2J\\u202eevil\\u0007")
    Path("seen.toml").write_text(text)
    _, out, _ = answer(capsys, "update", "stored", "--observed", "seen.toml")
    _, _, err = answer(capsys, "update", "stored", "--observed", "\x1b[2J\u202e.toml")

    assert "evil" in out
    assert not set(out + err) & set("\x1b\u202e\x07")


def test_a_sheet_of_indicators_waits_to_be_filled_in(capsys):
    status, out, _ = answer(capsys, "update", "stored", "--sheet", "sheet.toml")
    unfilled = answer(capsys, "update", "stored", "--observed", "sheet.toml")
    sheet = Path("sheet.toml").read_text()
    head, first, _ = sheet.split("\n\n")
    lines = [line.removeprefix("# ") for line in first.splitlines()[1:]]
    filled = (
        "\n".join(lines).replace("date = ", "date = 2026-03-01").replace("seen = ", "seen = false")
    )
    Path("filled.toml").write_text(f"{head}\n{filled}".replace('""', '"invented"'))
    status_filled, printed, _ = answer(
        capsys, "update", "stored", "--observed", "filled.toml", "--json"
    )
    statuses = [one["status"] for one in json.loads(printed)["sheet"]]

    assert (status, unfilled[0], status_filled) == (0, 2, 0)
    assert statuses == ["not_seen", "not_looked_at"]
    assert "holds a sheet of 2 signs" in out
    assert "it has no observation" in unfilled[2]
    assert "# search and rescue: points to a campaign of weeks or a ground raid" in sheet


def test_more_worlds_and_days_out_of_bounds_say_what_is_allowed(capsys):
    asked = ("update", "stored", "--observed", "seen.toml")
    _, _, more = answer(capsys, *asked, "--more-worlds", "-1")
    _, _, within = answer(capsys, *asked, "--within", "999")

    assert "--more-worlds: it is -1; use a whole number from 0, for none, to 4,096" in more
    assert "--within: it is 999; use a whole number of days from 1 to 342" in within
