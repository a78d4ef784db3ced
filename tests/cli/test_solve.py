import json
import re
import shutil

import pytest

from tests.cli.asking import answering
from tests.questions.games import MINIMAL

QUICK = ("--grid", "tiny", "--horizon", "40")


answer = answering("solve")


def lines(capsys, *arguments):
    status, out, _ = answer(capsys, *arguments, *QUICK, "--all")

    assert status == 0
    return out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("oman-2026", "--worlds", "0"), "worlds is 0; use a whole number from 1"),
        (("oman-2026", "--worlds", "2.5"), "'--worlds': not a whole number"),
        (("oman-2026", "--grid", "rough"), "'tiny', 'coarse', 'normal', 'fine'"),
        (("oman-2026", "--horizon", "0"), "horizon is 0; use a whole number from 1"),
        (("oman-2026", "--threads", "0"), "threads is 0; use a whole number from 1"),
        (("oman-2026", "--seed", "-1"), "seed is -1; use a whole number from 0"),
        (("oman-2026", "--set", "nonsense"), "write FIELD=VALUE"),
        (("oman-2026", "--set", "talks.nonsense=1"), 'unknown field "talks.nonsense"'),
        (("oman-2026", "--set", "venue.publicity=2"), "venue.publicity"),
        (("absent",), "these ship: biqa-1981, crimea-2014"),
        (("./absent",), "nothing lies there"),
        ((), "Missing argument 'PACK'"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(arguments, words, capsys):
    status, out, err = answer(capsys, *arguments)

    assert (status, out) == (2, "")
    assert words in err


def test_with_json_a_mistake_is_one_object(capsys):
    status, out, _ = answer(capsys, "oman-2026", "--json", "--worlds", "0")

    assert status == 2
    assert json.loads(out)["error"]["where"] == "worlds"


def test_json_is_one_object_with_nothing_but_numbers_that_json_has(capsys):
    status, out, err = answer(capsys, MINIMAL, "--json", *QUICK)
    content = json.loads(out, parse_constant=pytest.fail)

    assert (status, err) == (0, "")
    assert content["schema"] == "detente/solve/1"
    assert list(content) == [
        *("schema", "pack", "name", "title", "as_of", "digest", "grid", "horizon", "changes"),
        *(
            "events_left_out",
            "worlds",
            "seed",
            "parties",
            "issues",
            "mediators",
            "packages",
            "switches",
            "figures",
        ),
    ]
    assert content["pack"] == MINIMAL
    assert content["figures"]["worth"]["hard"]["spread_low"] is None


def test_quiet_leaves_out_how_to_read_it_and_what_is_next(capsys):
    quiet, whole = lines(capsys, MINIMAL, "-q"), lines(capsys, MINIMAL)

    assert set(quiet) < set(whole)
    assert {"How to read it", "Next"} <= set(whole) - set(quiet)


def test_the_shortest_horizon_is_solved(capsys):
    status, out, _ = answer(capsys, MINIMAL, "--grid", "tiny", "--horizon", "1", "--all")

    assert status == 0
    assert re.search(r"^Move +day 0$", out, re.MULTILINE)


def test_a_pack_with_events_is_solved_as_it_stands_without_them_and_reported_so(capsys, tmp_path):
    pack = tmp_path / "pack"
    shutil.copytree(MINIMAL, pack)
    (pack / "events.toml").write_text(
        '[events.vote]\nname = "A vote"\ndate = 2031-06-01\nforeseen = true\n'
        'assumed = "a guess"\nchange = { "actors.south.war_cost" = 0.9 }\n'
    )
    printed = json.loads(answer(capsys, str(pack), "--json", *QUICK)[1])
    plain = json.loads(answer(capsys, MINIMAL, "--json", *QUICK)[1])

    assert printed["events_left_out"] == ["vote"]
    assert printed["figures"] == plain["figures"]
    assert any("calendar (A vote)" in line for line in lines(capsys, str(pack)))
