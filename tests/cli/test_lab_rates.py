import json
import re

import pytest

from detente.questions import past as history
from detente.questions.past import BANDS
from detente.text import between
from tests.cli.asking import answering
from tests.questions.past import HEAD, many, row, write_table

MIXED = (
    *many(8, violence="No violence", dur_days="20"),
    *many(4, violence="Serious clashes", trigger="Violent act", dur_days="400"),
    *many(2, violence="Full-scale war", mediation="Mediation occurred", dur_days="90"),
    *many(2, outcome="Formal agreement", dur_days=""),
    *many(3, intra_war="1"),
    *many(5, trig_date="1991-01-01", term_date="1991-01-10"),
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def violent(count, **changes):
    return many(count, trigger="Violent act", **changes)


answer = answering("lab", "rates")


def test_rates_stand_with_their_count_share_interval_and_band(here, capsys):
    write_table(here, *MIXED)
    status, out, err = answer(capsys, "crises.csv", "--all")
    lines = [re.split("  +", line) for line in out.splitlines()]
    war = [
        "All crises: full-scale war",
        "2 of 16",
        "12.5",
        between("3.5", "36.0"),
        f"12.4 ({between('9.0', '16.9')})",
    ]

    assert (status, err) == (0, "")
    assert out.startswith(f"16 crises of {between('1945', '1989')}, outside ongoing wars\n")
    assert war in lines
    assert [
        "All crises",
        "14",
        "20 (20)",
        f"20 ({between('20', '400')})",
        f"322 ({between('20', '400')})",
    ] in lines
    assert [
        "All crises: band",
        f"26 ({between('20', '30')})",
        f"65 ({between('51', '78')})",
        f"184 ({between('130', '230')})",
    ] in lines


def test_other_years_and_wars_are_counted_on_request_and_not_called_like_for_like(here, capsys):
    write_table(here, *MIXED)
    _, out, _ = answer(capsys, "crises.csv", "--to", "1995", "--with-wars", "--all")

    assert out.startswith(
        f"24 crises of {between('1945', '1995')}, with those inside ongoing wars\n"
    )
    assert "may lie outside" in out
    assert "Crises from 1990 on are for testing the model once" in out


def test_rates_outside_their_bands_are_named(here, capsys):
    write_table(here, *many(30, violence="Full-scale war"))
    _, out, _ = answer(capsys, "crises.csv", "--all")

    assert "Outside their bands, 25 of 25: full-scale war;" in out


def test_rates_within_their_bands_are_said_to_be(here, capsys, monkeypatch):
    two = {key: BANDS[key] for key in ("all.war", "all.half_if_none")}
    monkeypatch.setattr(history, "BANDS", two)
    write_table(
        here,
        *many(1, violence="Full-scale war"),
        *many(7, dur_days="40", violence="No violence"),
    )
    _, out, _ = answer(capsys, "crises.csv", "--all")

    assert "All 2 rates that have a band lie in it." in out


def test_strength_is_counted_where_the_table_has_it(here, capsys):
    head = f"{HEAD},cinc_A,cinc_B"
    weak, strong = (f"{row(crisno=number, violence='Full-scale war')}" for number in "12")
    write_table(
        here, f"{weak},0.2,0.05", f"{strong},0.01,0.05", f"{row(crisno='3')},,0.1", head=head
    )
    _, out, _ = answer(capsys, "crises.csv", "--json")
    shares = json.loads(out)["shares"]

    assert shares["all.war_if_weaker"]["crises"] == 1
    assert shares["all.war_if_stronger"]["crises"] == 1
    assert shares["all.war_if_similar"]["crises"] == 0


def test_json_is_one_object_with_every_rate_and_band(here, capsys):
    write_table(here, *MIXED)
    status, out, _ = answer(capsys, "crises.csv", "--json")
    content = json.loads(out)

    assert status == 0
    assert content["schema"] == "detente/rates/1"
    assert (content["from"], content["to"], content["like_for_like"]) == (1945, 1989, True)
    assert content["crises"] == 16
    assert content["shares"]["all.war"]["happened"] == 2
    assert set(content["bands"]) == set(BANDS)
    assert set(content["outside"]) <= set(content["shares"] | content["lengths"])


def test_faults_are_listed_with_their_lines_and_status_2(here, capsys):
    write_table(here, row(trig_date="spring"), row(crisno="2", violence="\x1b[31mclash"))
    status, out, err = answer(capsys, "crises.csv")

    assert (status, out) == (2, "")
    assert err.startswith("detente: crises.csv: 2 faults\n")
    assert 'crises.csv:2:1: trig_date: "spring"; allowed: a day like 2031-03-01' in err
    assert 'crises.csv:3:1: violence: "[31mclash"; allowed: No violence, ' in err


def test_faults_in_json_are_one_object(here, capsys):
    write_table(here, row(trig_date="spring"))
    status, out, _ = answer(capsys, "crises.csv", "--json")
    error = json.loads(out)["error"]

    assert status == 2
    assert error["where"] == "crises.csv"
    assert error["what"].startswith("1 fault in the table: crises.csv:2:1: trig_date")


def test_a_page_of_faults_says_how_to_go_on(here, capsys):
    write_table(here, *[row(dur_days="x")] * 30)
    _, _, err = answer(capsys, "crises.csv")

    assert err.startswith("detente: crises.csv: 30 faults\n")
    assert err.endswith("; put these right and ask again: the rest is reported then\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing.csv"],
        ["."],
        ["crises.csv", "--from", "1990"],
        ["crises.csv", "--from", "1800", "--to", "1801"],
        ["crises.csv", "--from", "long ago"],
        ["crises.csv", "--from", "1" * 400],
        ["empty.csv"],
        ["head.csv"],
        ["bytes.csv"],
    ],
    ids=str,
)
def test_what_cannot_be_done_is_reported_with_status_2_and_changes_no_file(here, capsys, arguments):
    write_table(here, row())
    (here / "empty.csv").write_text("", encoding="utf-8")
    (here / "head.csv").write_text(HEAD, encoding="utf-8")
    (here / "bytes.csv").write_bytes(bytes(range(256)))
    before = {path: path.read_bytes() for path in here.iterdir()}
    status, out, err = answer(capsys, *arguments)

    assert (status, out) == (2, "")
    assert err.startswith("detente: ")
    assert "Traceback" not in err
    assert {path: path.read_bytes() for path in here.iterdir()} == before


def test_help_names_the_columns_and_has_an_example(capsys):
    status, out, _ = answer(capsys, "--help")
    words = out.split()

    assert status == 0
    assert {"trig_date,", "dur_days,", "trigger,", "intra_war,", "recent_5y,"} <= set(words)
    assert "Example: detente lab rates" in out
