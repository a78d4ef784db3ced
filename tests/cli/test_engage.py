import json
from pathlib import Path

import pytest

from detente.cli import main
from tests.analysis.battles import FAR, MINIMAL, NEAR

FEW = ("--worlds", "3", "--futures", "12", "--days", "4", "--rest", "3", "--seed", "4")


def answer(capsys, *arguments):
    status = main(["engage", *arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def lines(capsys, *arguments):
    status, out, _ = answer(capsys, *arguments, *FEW)

    assert status == 0
    return out.splitlines()


def without_forces(folder):
    """Write a copy of the least pack in which nobody has a weapon; return its path."""
    for file in Path(MINIMAL).glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        head, _, rest = text.partition("[arsenals.")
        kept = head + rest[rest.index("[defences.") :] if rest else text
        kept = kept[: kept.rindex("[[correlations]]")] if rest else kept
        (folder / file.name).write_text(kept, encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("oman-2026", "--days", "0"), "days is 0; use a whole number from 1 to 45"),
        (("oman-2026", "--days", "ten"), "'--days': not a whole number"),
        (("oman-2026", "--rest", "91"), "rest is 91; use a whole number from 0 to 90"),
        (("oman-2026", "--force", "3"), "force is 3; use a whole number from 0 to 2"),
        (("oman-2026", "--plan", "siege"), "'display', 'stand_off', 'sustained'"),
        (("oman-2026", "--side", "both"), "'challenger', 'defender'"),
        (("oman-2026", "--by", "iran"), "'challenger', 'defender', 'ally'"),
        ((MINIMAL, "--by", "ally"), "nobody in this crisis is one; use challenger or defender"),
        (("oman-2026", "--futures", "0"), "futures is 0; use a whole number from 1"),
        (("oman-2026", "--worlds", "0"), "worlds is 0; use a whole number from 1"),
        (("oman-2026", "--seed", "-1"), "seed is -1; use a whole number from 0"),
        (("oman-2026", "--set", "nonsense"), "write FIELD=VALUE"),
        (("oman-2026", "--sweep", "nonsense"), "write FIELD=lo:hi:n"),
        (("oman-2026", "--sweep", "defences.iran.integrate=0:1:3"), "did you mean defences.iran"),
        (("oman-2026", "--sweep", "defences.iran.integration=0:2:3"), "use a share, 0 to 1"),
        (("absent",), "these ship: cuba-1962, june-2025, oman-2026"),
        ((), "Missing argument 'PACK'"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(arguments, words, capsys):
    status, out, err = answer(capsys, *arguments)

    assert (status, out) == (2, "")
    assert words in err


def test_with_json_a_mistake_is_one_object(capsys):
    status, out, _ = answer(capsys, "oman-2026", "--json", "--sweep", "a.b=1:2:3")

    assert status == 2
    assert json.loads(out)["error"]["where"] == "--sweep"


def test_json_is_one_object_with_nothing_but_numbers_that_json_has(capsys):
    sweep = ("--sweep", f"{NEAR}kill_probability=0.2:0.8:2")
    status, out, err = answer(capsys, MINIMAL, "--json", *FEW, *sweep)
    content = json.loads(out, parse_constant=pytest.fail)

    assert (status, err) == (0, "")
    assert content["schema"] == "detente/engage/1"
    assert list(content["sides"]) == ["challenger", "defender"]
    assert [point["value"] for point in content["sweep"]["points"]] == [0.2, 0.8]


@pytest.mark.parametrize("threads", ["1", "3"])
def test_json_is_the_same_to_the_bit_whatever_the_threads(threads, capsys):
    sweep = ("--sweep", f"{NEAR}kill_probability=0.2:0.8:2")
    _, alone, _ = answer(capsys, MINIMAL, "--json", *FEW, *sweep, "--threads", "2")

    assert answer(capsys, MINIMAL, "--json", *FEW, *sweep, "--threads", threads)[1] == alone


def test_the_page_answers_in_order(capsys):
    out = lines(capsys, MINIMAL)
    heads = [
        "Struck: North, by South",
        "It has no layers: whatever works passes.",
        "Struck: South, by North",
        "Day by day, of the weapons that worked",
        "What comes back: batteries that work, of 100 of the first",
        "Its layers, the outer first",
        "Next:",
    ]

    assert [line for line in out if line in heads] == heads
    assert out[1].startswith("Force against layered defence alone: 4 days of raids, then 3 without")
    assert out[2] == "12 campaigns: 3 worlds x 4, seed 4"
    assert out[4].startswith("In this model 100 of 100 weapons that work pass the defence of North")


def test_one_side_is_told_where_one_is_asked_for(capsys):
    out = lines(capsys, MINIMAL, "--side", "defender")

    assert "Struck: South, by North" in out
    assert not any("North, by South" in line for line in out)


def test_quiet_leaves_out_how_to_read_it_and_what_is_next(capsys):
    quiet, whole = lines(capsys, MINIMAL, "-q"), lines(capsys, MINIMAL)

    assert set(quiet) < set(whole)
    assert "Next:" not in quiet
    assert any(line.startswith("In this model") for line in quiet)
    assert any(line.startswith("Leans on unproven systems") for line in quiet)


def test_who_begins_with_what_is_said(capsys):
    words = ("--by", "defender", "--force", "0", "--plan", "display")
    out = lines(capsys, "oman-2026", "--side", "challenger", *words)

    assert "Begun by Iran; the challenger, United States, has little force in view" in out[1]
    assert out[1].endswith("and raids as for a show of force.")


def test_what_is_not_known_to_be_there_and_what_is_not_proven_is_said(capsys):
    out = "\n".join(lines(capsys, "oman-2026", "--side", "defender"))

    assert "Not known to be there and to work: reported long range (26 %) and s300 (30 %)." in out
    assert "Leans on unproven systems: reported long range, s300, domestic long range and" in out
    assert "Leans also on defences.iran.poor_tracking, for which there is no claim." in out
    assert "Prices that no claim gives, so that cost is a guess: reported long range" in out


def test_without_rest_nothing_is_said_of_what_comes_back(capsys):
    _, out, _ = answer(capsys, MINIMAL, *FEW, "--rest", "0")

    assert "4 days of raids. Begun by North" in out
    assert "comes back" not in out
    assert "Back, batteries" not in out


def test_where_nothing_flies_that_is_said(tmp_path, capsys):
    out = lines(capsys, without_forces(tmp_path), "--sweep", f"{NEAR}cost=1:2:2")

    assert out[4] == "In this model nothing flies against North; nothing flies against South."
    assert not any(line.startswith("leakage") for line in out)


def test_a_sweep_is_a_table_and_a_chart(capsys):
    sweep = ("--sweep", f"{NEAR}kill_probability=0.1:0.9:3", "--side", "defender")
    out = lines(capsys, MINIMAL, *sweep)
    table = out.index("Struck: South", 10)

    assert out[table - 1].startswith(f"Sweep of {NEAR}kill_probability, chance that one shot")
    assert out[table + 1].split() == [
        *("value", "leakage,", "%", "worlds", "change", "worlds", "down,", "%", "loss", "cost"),
    ]
    assert [line.split()[0] for line in out[table + 2 : table + 5]] == ["0.1", "0.5", "0.9"]
    assert [line.split()[0] for line in out[table + 7 : table + 10]] == ["0.1", "0.5", "0.9"]
    assert sum("\u25cf" in line for line in out) == 3


def test_a_sweep_that_the_engagement_does_not_read_is_told_as_such(capsys):
    out = lines(capsys, MINIMAL, "--sweep", "actors.south.war_cost=0:0.1:2")
    words = "actors.south.war_cost does not change what the engagement reads"

    assert any(line.startswith(words) for line in out)
    assert not any(line.startswith("value") for line in out)


def test_a_sweep_that_changes_nothing_is_told_as_such(capsys):
    out = lines(capsys, MINIMAL, "--sweep", "war.terms_rate=0:0.1:2")

    assert any("and changes nothing here" in line for line in out)


def test_a_count_is_said_to_be_rounded(capsys):
    words = "A count is rounded to the nearest whole one where it is fought with."

    assert words in lines(capsys, MINIMAL, "--sweep", f"{FAR}batteries=0:3:3")
    assert words not in lines(capsys, MINIMAL, "--sweep", f"{FAR}batteries=0:4:3")


def test_the_next_commands_repeat_the_settings_as_they_are_read(capsys):
    settings = ("--set", f"{NEAR}kill_probability=0.5")
    out = lines(capsys, MINIMAL, *settings)

    assert any(f"detente run {MINIMAL} {' '.join(settings)}  " in line for line in out)
    assert any("--sweep defences.south.integration=0:1:5" in line for line in out)


@pytest.mark.parametrize("pack", ["oman-2026", "june-2025", "cuba-1962"])
def test_no_line_of_a_table_or_chart_is_wider_than_80_characters(pack, capsys):
    sweep = ("--sweep", "war.raid_share=0.03:0.15:3")
    out = lines(capsys, pack, *sweep, "-q")
    start = out.index(next(line for line in out if line.startswith("Struck")))
    prose = ("Leans", "Not known", "Prices", "Magazine", "Back", "Sweep")
    tables = [line for line in out[start:] if not line.startswith(prose)]

    assert max(map(len, tables)) <= 80


def test_without_block_characters_charts_are_drawn_in_plain_ones(monkeypatch, capsys):
    monkeypatch.setattr("detente.cli.terminal.can_draw", lambda _: False)
    sweep = ("--sweep", f"{NEAR}kill_probability=0.1:0.9:3")
    out = "\n".join(lines(capsys, MINIMAL, *sweep))

    assert out.isascii()
    assert "# unseen  = no channel  - no round  : missed  . shot down" in out
