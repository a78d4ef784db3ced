"""A table on a small run of the model itself: its log, what each sees of it, and its debrief."""

import csv
import io
import json
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise, product
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import numpy as np
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from detente import DetenteError, load, simulate
from detente.cli import main
from detente.kernel.decision import ALLY_SEAT, FOLLOW, SEATS, Asked
from detente.kernel.endings import EVENT as LINE
from detente.kernel.endings import Event
from detente.kernel.tables import Question
from detente.pages.app import build
from detente.pages.workspace import Jobs, Workspace
from detente.table.debrief import answers_at, debrief, export
from detente.table.log import NOTE, MovedOnError, TableLog
from detente.table.paths import other_tables, path_of, way_of
from detente.table.questions import CHALLENGER, WAITING, Seat, chosen, seats_of
from detente.table.sight import log_seen_by, seen_by, types_of
from detente.table.table import (
    HELD,
    POLICY,
    QUIET,
    STANDS_FOR,
    begin,
    due_at,
    holders,
    open_table,
    questions_in,
    suitable,
)
from detente.table.views.debrief import section
from detente.table.worlds import seat_world
from detente.views.render.html import to_single

BOTH = ("challenger", "defender")
DRAW = 5
OPEN_END, ENDED = 62, 2
"""Futures that reach the horizon, and end before it, if policies decide."""
SECRET = [Event.FIRST_SHOT, Event.RESTRAINED]
"""What the defender sees nothing of, in a trace that has a line of each."""
HIDDEN = {Event.INCIDENT: "second", Event.ANSWERS: "value", Event.SPEAKS: "value"}
"""Numbers that it does not see."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "small"
    size = {"worlds": 2, "futures": 200, "grid": "tiny", "threads": 1}
    return simulate(load("reference-violent"), **size, out=folder)


@pytest.fixture(scope="module")
def on(run):
    return seat_world(run, "base", 1)


@pytest.fixture(scope="module")
def actors(on):
    return [seat.key for seat in on.seats.values()][:2]


@pytest.fixture
def table(tmp_path, on, actors):
    return begin(tmp_path / "table.sqlite", on, suitable(on, actors, 8, DRAW), actors)


def decide(table, times, intent=""):
    """Let whoever is asked make the last of its choices but one, so many times."""
    for _ in range(times):
        question = table.advance().question
        if question is None:
            return
        table.decide(question.seat, question.choices[-2].move, intent=intent)


def log_at(path):
    log = TableLog.begin(path / "log.sqlite", {"persons": []})
    log.add("us", NOTE, {"says": "so"}, after=1)
    return log


def test_a_log_is_only_added_to(tmp_path):
    log = log_at(tmp_path)
    with closing(sqlite3.connect(log.path)) as file:
        with pytest.raises(sqlite3.IntegrityError, match="only add"):
            file.execute("update log set body = '{}' where number = 2")
        with pytest.raises(sqlite3.IntegrityError, match="only add"):
            file.execute("delete from log")

    assert [line.kind for line in log.lines()] == ["table", "note"]


def test_a_line_that_was_changed_by_hand_is_reported(tmp_path):
    log = log_at(tmp_path)
    with closing(sqlite3.connect(log.path)) as file, file:
        file.execute("drop trigger keep")
        file.execute("""update log set body = '{"says": "not so"}' where number = 2""")

    with pytest.raises(DetenteError, match="line 2 of the log was changed"):
        log.lines()


def test_who_has_not_seen_the_last_line_adds_none(tmp_path):
    with pytest.raises(MovedOnError, match="line 2 was written since"):
        log_at(tmp_path).add("iran", NOTE, {}, after=1)


def test_a_file_that_is_no_table_is_reported(tmp_path):
    other = tmp_path / "other.sqlite"
    other.write_bytes(b"nothing of the kind" * 100)

    with pytest.raises(DetenteError, match="no table lies there"):
        open_table(other)


KILLED = """
import os, sys, pathlib
from detente.table.log import TableLog
TableLog._append = lambda *_, **__: os.kill(os.getpid(), 9)
TableLog.begin(pathlib.Path(sys.argv[1]), {})
"""
LEFT = {
    "nothing": "",
    "a header": "pragma journal_mode=wal",
    "a log without a line": "create table log(number, at, seat, kind, body, seal)",
}
"""What beginnings leave that were killed, also those of before, by what makes it."""


def advice_works(path, run, capsys):
    """Follow what `play` advises of a file with a run, and say whether a table lies there then."""
    assert main(["play", str(path)]) == 2
    advised = re.search(r"detente (play RUN -o .*)", capsys.readouterr().err)[1]
    status = main([*shlex.split(advised.replace("RUN", str(run.folder))), "-a", "quit", "-q"])
    return status == 0 and open_table(path).log.lines()[0].kind == "table"


def test_a_beginning_that_was_killed_leaves_what_can_be_begun_again(run, tmp_path, capsys):
    path = tmp_path / "killed here.sqlite"
    ended = subprocess.run([sys.executable, "-c", KILLED, path], check=False)

    assert ended.returncode == -9
    assert path.exists()
    assert advice_works(path, run, capsys)


@pytest.mark.parametrize("left", LEFT)
def test_what_play_advises_of_a_table_that_was_not_begun_works(run, tmp_path, capsys, left):
    path = tmp_path / "left.sqlite"
    with closing(sqlite3.connect(path)) as file:
        file.execute(LEFT[left])
    path.touch()

    assert advice_works(path, run, capsys)


@pytest.mark.parametrize("made", ["create table other(word)", "create table log(word)"])
def test_what_is_no_table_stays_as_it_is_and_another_file_is_advised(tmp_path, made):
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as file:
        file.execute(made)
    before = path.read_bytes()
    with pytest.raises(DetenteError, match="something lies there already; name another"):
        TableLog.begin(path, {})
    with pytest.raises(DetenteError, match="no table lies there; name the file of a table"):
        TableLog(path).lines()

    assert path.read_bytes() == before


def test_a_table_is_the_same_when_it_is_opened_again(table, actors):
    decide(table, 3, "to see")
    again = open_table(table.log.path)
    here, there = table.position(), again.position()

    assert here.decisions == there.decisions
    assert [one.intent for one in there.decisions if one.by == "person"] == ["to see"] * 3
    assert table.view(actors[0], here) == again.view(actors[0], there)


def test_seats_that_are_handed_to_their_policies_go_the_way_of_the_future(table, on, actors):
    for actor in actors:
        table.hand_over(actor, POLICY)
    played = table.advance().played
    alone = on.play(table.place.future, (), (), waits=False)

    assert played.row == alone.row
    np.testing.assert_array_equal(played.lines, alone.lines)


def test_a_decision_is_taken_back_as_long_as_nobody_else_has_decided(table):
    before = table.advance()
    decide(table, 1)
    table.undo(before.question.seat)

    assert table.position().question == before.question
    assert len(table.log.lines()) == before.after + 2
    with pytest.raises(DetenteError, match="nothing was decided"):
        table.undo(before.question.seat)


def test_a_policy_decides_once_for_a_seat_that_has_had_its_time(table, monkeypatch):
    seat = table.advance().question.seat
    with pytest.raises(DetenteError, match="has time left"):
        table.let_policy(seat)
    table.give_time(5)
    due = due_at(table.log.lines())
    with pytest.raises(DetenteError, match="has time left"):
        table.let_policy(seat)
    monkeypatch.setattr("detente.table.table.now", lambda: due)
    table.let_policy(seat)

    assert [(one.seat, one.by) for one in table.position().decisions] == [(seat, "policy")]
    assert holders(table.log.lines()) == {}
    table.give_time(0)
    assert due_at(table.log.lines()) is None


EVENT = ("A tanker is hit", ["talks.text_rate=0.2"])


def test_an_event_of_the_umpire_happens_from_its_day_on_and_the_days_before_stay(table, actors):
    decide(table, 2)
    before = table.advance()
    act = table.put_in(*EVENT)
    after, again = table.position(), open_table(table.log.path).position()
    past = before.played.lines[before.played.lines.day < act.day]
    seen = [one.text for one in table.view(actors[0], after).happened]

    assert act.day >= before.question.day
    assert after.decisions == before.decisions
    np.testing.assert_array_equal(after.played.lines[: len(past)], past)
    np.testing.assert_array_equal(again.played.lines, after.played.lines)
    assert "A tanker is hit" in seen


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("talks.textrate=1", "unknown field"),
        ("talks.text_rate=-1", "0 to 10"),
        ("talks.have_failed=true", "how things stand at the start"),
        ("war.suppression=0.1", "divide an attack"),
    ],
)
def test_what_an_event_cannot_change_is_reported_and_nothing_is_put_in(table, setting, said):
    with pytest.raises(DetenteError) as fault:
        table.put_in("A slip", [setting])

    assert said in f"{fault.value} {fault.value.hint}"
    assert len(table.log.lines()) == 1


def test_a_table_at_its_last_day_goes_on_for_more_and_one_that_has_ended_does_not(
    tmp_path, on, actors
):
    table, over = (begin(tmp_path / f"{n}.sqlite", on, n, actors[1:]) for n in (OPEN_END, ENDED))
    table.hand_over(actors[1], POLICY)
    over.hand_over(actors[1], POLICY)
    first = table.advance().played
    table.extend(60)
    more = table.advance().played
    over.advance()

    np.testing.assert_array_equal(more.lines[: len(first.lines) - 1], first.lines[:-1])
    assert (first.row.ending_day, more.row.ending_day > first.row.ending_day) == (365, True)
    with pytest.raises(DetenteError, match="has ended"):
        over.extend(60)


def test_who_is_not_asked_decides_nothing(table, actors):
    question = table.advance().question
    other = next(actor for actor in actors if actor != question.seat)

    with pytest.raises(DetenteError, match=f"it is {question.seat}'s turn"):
        table.decide(other, question.choices[0].move)


@pytest.fixture
def names(on):
    """Return the names of a crisis in which the challenger has an ally too."""
    return on.names._replace(parties={**on.names.parties, "ally": "gamma"})


def test_a_seat_sees_the_same_whatever_is_hidden_from_it(table, on, names, actors):
    decide(table, 12)
    lines = table.position().played.lines
    seat = on.seats[actors[1]]
    tainted = np.concatenate([lines, lines_of(SECRET)])
    for event, field in HIDDEN.items():
        tainted[field][tainted["kind"] == event] = 1

    assert seen_by(seat, tainted, names) == seen_by(seat, lines, names)


def lines_of(kinds):
    """Return a trace with a line of each kind, about the challenger."""
    lines = np.zeros(len(kinds), LINE)
    lines["kind"] = kinds
    return lines


@pytest.mark.parametrize(
    ("kind", "seats"),
    [
        (Event.RESTRAINED, [CHALLENGER, ALLY_SEAT]),
        (Event.RAIDS, [CHALLENGER]),
        (Event.LOSES, [CHALLENGER]),
        (Event.FIRST_SHOT, []),
    ],
)
def test_what_only_some_may_know_is_seen_from_their_seats_alone(names, kind, seats):
    every = [Seat("", "", (number,)) for number in range(SEATS)]

    assert [seat.numbers[0] for seat in every if seen_by(seat, lines_of([kind]), names)] == seats


@pytest.mark.parametrize("decisions", [0, 1, 3])
def test_a_seat_that_waits_sees_the_same_whenever_another_is_asked(table, actors, decisions):
    decide(table, decisions)
    position = table.advance()
    waiting = next(key for key in actors if key != position.question.seat)
    before = table.view(waiting, position)
    mine = [one.day for one in position.decisions if one.seat == waiting]
    asked = position.played.table
    asked.days[position.played.state.decisions_asked - 1] += 30
    asked.hard[position.played.state.decisions_asked - 1] += 1.0
    asked.tough[position.played.state.decisions_asked - 1] -= 1.0

    assert table.view(waiting, position) == before
    assert before.standing.day == max([0, *mine, *(one.day for one in before.happened)])


def test_a_seat_sees_of_the_log_what_it_wrote_and_not_which_future_is_played(table, on, actors):
    decide(table, 4, "secret")
    table.extend(30)
    seen = list(log_seen_by(on.seats[actors[0]], table.log.lines()))

    assert {line.seat for line in seen} <= {"umpire", actors[0]}
    assert set(seen[0].body) == {"schema", "option", "persons"}
    assert set(seen[-1].body) == {"name", "horizon"}
    assert [line.number for line in seen] == [*range(1, len(seen) + 1)]
    assert not any(line.seal for line in seen)


def test_a_log_is_the_same_in_every_form(tmp_path, table):
    decide(table, 2, "=1+1")
    paths = [tmp_path / f"log.{form}" for form in ("csv", "json", "parquet")]
    counts = [export(table, path) for path in paths]
    rows = list(csv.DictReader(io.StringIO(paths[0].read_text())))
    content = json.loads(paths[1].read_text())

    assert len(set(counts)) == 1
    assert pq.read_table(paths[2]).to_pylist() == content
    assert [row["seal"] for row in rows] == [row["seal"] for row in content]
    assert rows[-1]["intent"] == "'=1+1"


def test_a_debrief_counts_its_way_and_weighs_each_choice(table, run, actors):
    decide(table, 3, "to win")
    for actor in actors:
        table.hand_over(actor, POLICY)
    table.advance()
    found = debrief(table, branches=10)
    ways = [way_of(row) for rows in run.rows() for row in rows]
    text = json.dumps(found.as_json())

    assert found.path.share.value == ways.count(found.path.way) / len(ways)
    assert all(sum(c.chance for c in one.choices) == pytest.approx(1) for one in found.decisions)
    assert all(one.chosen.shares for one in found.decisions if one.taken.by == "person")
    assert '"schema": "detente/debrief/1"' in text
    assert {"table-decisions", "table-known"} <= {
        getattr(block, "key", "") for block in section(found).blocks
    }


def test_a_debrief_names_a_draft_by_its_words_where_it_comes_first(table):
    decide(table, 1)
    table.advance()
    found = debrief(table, branches=0)
    drafts = [one.mediator.says for one in found.decisions if one.mediator is not None]
    packages = [says.partition(": ")[2] for says in drafts if says.startswith("package ")]
    first = next(block for block in section(found).blocks if block.key == "table-first")
    text = " ".join(cell for row in first.rows for cell in row)

    assert packages
    assert all(text.count(f"“{holds}”") == 1 for holds in packages)


def test_a_debrief_says_what_an_umpire_put_in(table):
    decide(table, 1)
    table.advance()
    table.put_in(*EVENT)

    assert "The umpire put in: A tanker is hit (" in to_single(section(debrief(table, branches=0)))


def test_tables_of_the_same_crisis_are_compared_once_they_are_over(tmp_path, table, on, actors):
    other = begin(tmp_path / "other.sqlite", on, table.place.future, actors)
    begin(tmp_path / "goes-on.sqlite", on, table.place.future + 1, actors)
    (tmp_path / "no-table.sqlite").write_bytes(b"nothing of the kind")
    decide(table, 1)
    first = other.advance().question
    other.decide(first.seat, first.choices[-1].move)
    for one, actor in product((table, other), actors):
        one.hand_over(actor, POLICY)
        one.advance()
    own = path_of(table)
    (found,) = other_tables(own)

    assert (found.path.file, found.has_same_draws) == (other.log.path, True)
    assert found.path.way is not None
    assert (found.parted.here, found.parted.there) == (
        own.decisions[0],
        found.path.decisions[0],
    )
    assert "This table and others of this crisis" in to_single(section(debrief(table, branches=5)))
    assert "Other tables chose" in to_single(section(debrief(table, branches=0)))


def test_a_future_of_about_the_length_asked_for_is_found(on, actors):
    future = suitable(on, actors, 4, DRAW)

    assert questions_in(on, future, actors) in {3, 4, 5}


def test_who_waits_is_asked_the_same_again_only_once_something_has_happened(on, actors, tmp_path):
    table = begin(tmp_path / "waits.sqlite", on, OPEN_END, actors[1:])
    asked = []
    while (position := table.advance()).question is not None:
        question, view = position.question, table.view(actors[1], position)
        news = [one.day for one in view.happened if one.kind not in QUIET]
        asked.append((question, max(news, default=0)))
        wait = next((one for one in question.choices if one.says in WAITING), question.choices[-1])
        table.decide(actors[1], wait.move)
    held = [one for one in position.decisions if one.by == HELD]
    again = [
        (here.day - before.day, news - before.day)
        for (before, _), (here, news) in pairwise(asked)
        if here[2:] == before[2:]
    ]

    assert len(held) > 3
    assert again
    assert all(days >= STANDS_FOR or happened >= 0 for days, happened in again)


def test_a_mediator_expects_of_each_side_what_its_policy_answers(on, actors):
    # Policies answer by a belief near to what is believed, so that only their mean is the same.
    off = []
    for future in range(40):
        played = on.play(future, actors, ())
        while played.is_waiting:
            at = int(played.table.asked) - 1
            if int(played.table.kinds[at]) == Asked.OFFER:
                side, package = int(played.table.seats[at]), int(played.table.abouts[at])
                first = (Question.CHALLENGER_ANSWER, Question.DEFENDER_ANSWER)[side]
                accepts, _ = answers_at(on, played)
                expected = accepts(first + package)[types_of(played)[side]]
                off.append(expected - float(played.table.chances[at, 0]))
                break
            played = on.play(future, actors, [*played.table.moves[:at], FOLLOW])

    assert len(off) > 10
    assert abs(np.mean(off)) < 0.05


def test_words_that_only_one_choice_holds_are_an_answer(table):
    question = table.advance().question
    while "hold: change nothing" not in {choice.says for choice in question.choices}:
        decide(table, 1)
        question = table.advance().question

    assert chosen(question, "hold").says == "hold: change nothing"
    assert chosen(question, "1") == question.choices[0]
    with pytest.raises(DetenteError, match="none of the choices"):
        chosen(question, "surrender to the sea")


def test_a_table_is_played_from_a_pipe_and_goes_on(run, tmp_path, monkeypatch, capsys):
    path = str(tmp_path / "piped.sqlite")
    monkeypatch.setattr("sys.stdin", io.StringIO("nonsense\nhold # to wait\nquit\n"))
    status = main(["play", str(run.folder), "-o", path, "--luck", "5", "-q"])
    out = capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n" * 60))
    again = main(["play", path, "--json"])
    content = json.loads(capsys.readouterr().out)

    assert (status, again) == (0, 0)
    assert "that is none of the choices" in out
    assert f"Kept. Go on: detente play {path}" in out
    assert (content["schema"], content["ended"]) == ("detente/play/1", True)
    assert " is over: " in content["talks"]


def test_a_table_is_set_up_once(table, capsys):
    status = main(["play", str(table.log.path), "--seat", "us"])

    assert status == 2
    assert "a table is set up once" in capsys.readouterr().err


@pytest.fixture(scope="module")
def five(tmp_path_factory):
    """Return a run of a crisis in which five may sit."""
    folder = tmp_path_factory.mktemp("run") / "five"
    size = {"worlds": 1, "futures": 40, "grid": "tiny", "threads": 1}
    return simulate(load("cuba-1962"), **size, out=folder)


@pytest.fixture
def guard(run, five, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("detente.table.table.os.urandom", lambda size: DRAW.to_bytes(size, "big"))
    monkeypatch.setattr(
        "detente.table.pages.look_back", lambda table, branches=5: debrief(table, branches=branches)
    )
    return build(Workspace(runs=[run.folder, five.folder]), 8765)


@pytest.fixture
def at_once(monkeypatch):
    """Have jobs done as soon as they are asked for."""

    def start(_jobs, _title, work, *, shown_at):
        work(print)
        return SimpleNamespace(address=shown_at)

    monkeypatch.setattr(Jobs, "start", start)


@pytest.fixture
def browser(guard):
    """Return what opens an address in a browser of its own."""

    def opened(address):
        client = TestClient(guard, base_url="http://127.0.0.1:8765")
        client.get(address, follow_redirects=False)
        client.headers["Origin"] = "http://127.0.0.1:8765"
        return client

    return opened


@pytest.fixture
def client(guard, browser):
    return browser(guard.address)


@pytest.fixture
def address(client, actors):
    return client.post("/run/small/tables", data={"seat": actors}).url.path


@pytest.fixture
def browsers(client, browser, address, actors):
    """Return the browsers of the seats, each let in by the link of its seat, by seat."""
    page = client.post(address, data={"seat": actors}).text
    links = re.findall(r"<code>(http\S+)</code>", page)
    return dict(zip(actors, map(browser, links), strict=True))


def choice_on(page):
    """Return what the form of a page sends if the first choice is made."""
    fields = ("move", "stands")
    return {name: re.search(rf'name="{name}" value="(\w+)"', page)[1] for name in fields}


@pytest.mark.parametrize("seats", [0, 1, 2, 3, 4, 5], ids="{} seats".format)
@pytest.mark.usefixtures("at_once")
def test_a_table_is_played_on_its_pages_whoever_sits_at_it(client, seats):
    named = [seat.key for seat in seats_of(load("cuba-1962"))][:seats]
    begun = client.post("/run/five/tables", data={"seat": named}).url.path
    address = begun.partition("/seat/")[0]
    persons = open_table(Path(f"{address.rpartition('/')[2]}.sqlite")).place.persons
    pages = {f"{address}/seat/{key}": client.get(f"{address}/seat/{key}") for key in persons}
    turn = next(page for page, shown in pages.items() if "Your turn" in shown.text)
    decided = client.post(turn, data=choice_on(pages[turn].text))
    for key in persons:
        client.post(f"{address}/hand", data={"seat": key, "to": POLICY})
    over, first, found = map(
        client.get, (address, f"{address}/debrief", f"{address}/debrief?whole")
    )

    assert list(persons) == named or (named, len(persons)) == ([], 1)
    assert ("/seat/" in begun) == (len(persons) == 1)
    assert {page.status_code for page in (*pages.values(), decided, over, first, found)} == {200}
    assert "What was so" not in first.text
    assert " is over: " in over.text
    assert "The truth, and the beliefs about it" in found.text


ODD = {
    "empty": "",
    "a stroke": "/",
    "a path": "../../etc/passwd",
    "control characters": "\x00\x1b[2J\n",
    "5,000 letters": "table-" + "a" * 5000,
    "wide letters": "table-" + "\u00e9" * 200,
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_no_odd_name_of_a_table_or_seat_breaks_a_page(client, address, odd):
    table, seat = (
        f"/run/small/tables/{quote(odd, safe='')}",
        f"{address}/seat/{quote(odd, safe='')}",
    )
    forms = {
        "/run/small/tables": ("seat", "length"),
        address: ("seat",),
        f"{address}/undo": ("seat",),
        f"{address}/hand": ("seat", "to"),
        f"{address}/time": ("minutes",),
        f"{address}/policy": ("seat",),
        f"{address}/event": ("name", "settings"),
        f"{address}/extend": ("days",),
    }
    read = [client.get(one) for one in (table, f"{table}/debrief", f"{table}/seat/alpha", seat)]
    sent = [client.post(to, data=dict.fromkeys(names, odd)) for to, names in forms.items()]

    assert all(answer.status_code < 500 for answer in (*read, *sent))


def test_a_table_that_is_not_there_is_named_with_where_those_are_that_are(client):
    answer = client.get("/run/small/tables/table-" + "a" * 5000)

    assert answer.status_code == 400
    assert "no table of this run is called that" in answer.text
    assert "those that" in answer.text
    assert "a" * 100 not in re.sub(r'href="[^"]*"', "", answer.text)


def test_a_seat_decides_in_the_browser_and_the_umpire_takes_it_back(client, address, actors):
    asked = client.get(address).text
    seat = next(key for key in actors if f"{key.capitalize()} is asked" in asked)
    page = client.get(f"{address}/seat/{seat}").text
    given = {**choice_on(page), "intent": "<b>to see</b>"}
    first = client.post(f"{address}/seat/{seat}", data=given)
    late = client.post(f"{address}/seat/{seat}", data=given)
    undone = client.post(f"{address}/undo", data={"seat": seat}).text

    assert (first.status_code, late.status_code in {400, 409}) == (200, True)
    assert "&lt;b&gt;to see&lt;/b&gt;" in late.text
    assert "0 decisions so far" in undone
    assert address.rpartition("/")[2] in client.get("/run/small/tables").text


def test_who_plays_alone_stays_at_the_seat_and_may_take_back_what_the_policy_went_on_from(client):
    seat = client.post("/run/small/tables", data={"seat": "alpha"}).url.path
    home, mine = seat.partition("/seat/")[0], {"seat": "alpha", "from": "alpha"}
    client.post(seat, data=choice_on(client.get(seat).text))
    rests = client.post(f"{home}/hand", data={**mine, "to": POLICY})
    again = client.post(f"{home}/undo", data=mine)

    assert seat.endswith("/seat/alpha")
    assert {rests.url.path, again.url.path} == {seat}
    assert (" is over: " in rests.text, "Your turn" in again.text) == (True, True)


def test_the_umpire_puts_in_an_event_and_more_days_on_its_page_and_a_seat_cannot(
    client, browsers, address, actors
):
    asked = {"name": "A tanker is hit", "settings": "talks.text_rate = 0.2"}
    wrong = client.post(f"{address}/event", data={**asked, "settings": "talks.textrate = 1"})
    right = client.post(f"{address}/event", data=asked).text
    soon = client.post(f"{address}/extend", data={"days": "soon"})
    more = client.post(f"{address}/extend", data={"days": "30"}).text
    refused = browsers[actors[0]].post(f"{address}/event", data=asked)

    assert (wrong.status_code, soon.status_code, refused.status_code) == (400, 400, 403)
    assert ("unknown field" in wrong.text, "talks.textrate = 1" in wrong.text) == (True, True)
    assert "put in by you: A tanker is hit (talks.text_rate = 0.2)" in right
    assert "More days than 395" in more


def test_what_a_page_sends_gives_a_seat_nothing_of_the_log(client, address, actors):
    seat = next(key for key in actors if 'name="move"' in client.get(f"{address}/seat/{key}").text)
    page = f"{address}/seat/{seat}"
    before = choice_on(client.get(page).text)
    client.post(f"{address}/time", data={"minutes": "5"})

    assert choice_on(client.get(page).text) == before
    assert client.post(page, data=before, follow_redirects=False).status_code == 303


def test_a_seat_that_waits_sees_neither_a_question_nor_whose_turn_it_is(client, address, actors):
    pages = [client.get(f"{address}/seat/{key}") for key in actors]
    waiting = next(page for page in pages if 'name="move"' not in page.text)

    assert "Another seat decides" in waiting.text
    assert waiting.headers["refresh"] == "3"


def test_seats_play_by_their_links_and_each_page_says_when_it_is_its_turn(browsers, address):
    pages = {key: one.get(f"{address}/seat/{key}") for key, one in browsers.items()}
    turn = next(key for key, page in pages.items() if "Your turn" in page.text)
    wait = next(key for key in pages if key != turn)
    given = choice_on(pages[turn].text)
    early = browsers[wait].post(f"{address}/seat/{wait}", data=given)
    taken = browsers[turn].post(f"{address}/seat/{turn}", data=given)

    assert (pages[wait].headers["refresh"], "refresh" in pages[turn].headers) == ("3", False)
    assert (early.status_code, "it is not your turn" in early.text) == (400, True)
    assert f"it is {turn}" not in early.text
    assert taken.status_code == 200
    assert not any("<nav" in page.text or "/apart/" in page.text for page in pages.values())


def test_a_page_that_is_opened_again_shows_the_same(browsers, address, actors):
    first = [browsers[key].get(f"{address}/seat/{key}").text for key in actors]
    again = [browsers[key].get("/").text for key in actors]

    assert first == again


@pytest.mark.usefixtures("at_once")
def test_a_seat_sees_the_debrief_once_the_crisis_is_over(browsers, address, actors):
    mine = browsers[actors[0]]
    early = mine.get(f"{address}/debrief")
    table = open_table(Path(f"{address.rpartition('/')[2]}.sqlite"))
    decide(table, 1)
    for actor in actors:
        table.hand_over(actor, POLICY)
    over = mine.get(f"{address}/seat/{actors[0]}").text
    first = mine.get(f"{address}/debrief").text
    wait, found = (mine.get(f"{address}/debrief?whole") for _ in range(2))

    assert (early.status_code, "when the crisis is over" in early.text) == (403, True)
    assert f'href="{address}/debrief"' in over
    assert (wait.headers["refresh"], "Computing it takes" in wait.text) == ("3", True)
    assert "What you chose" in first
    assert "The truth, and the beliefs about it" in found.text
    assert "/apart/" not in first + found.text


def test_a_seat_that_is_handed_over_is_opened_by_a_new_link_alone(
    client, browser, browsers, address, actors
):
    home = f"{address}/seat/{actors[0]}"
    client.post(f"{address}/hand", data={"seat": actors[0], "to": "Kim"})
    client.post(f"{address}/hand", data={"seat": actors[1], "to": POLICY})
    ended = browsers[actors[0]].get(home)
    page = client.post(address, data={"seat": actors[0]}).text
    new = browser(re.search(r"<code>(http\S+)</code>", page)[1])

    assert ended.status_code == 403
    assert new.get(home).status_code == 200
    assert browsers[actors[1]].get(f"{address}/seat/{actors[1]}").status_code == 200
    assert "<code>" not in client.get(address).text


def test_the_umpire_sets_how_long_a_decision_may_take_and_each_page_says_so(
    client, browsers, address, actors, monkeypatch
):
    set_to = client.post(f"{address}/time", data={"minutes": "5"}).text
    refused = client.post(f"{address}/time", data={"minutes": "soon"})
    seen = "".join(browsers[key].get(f"{address}/seat/{key}").text for key in actors)
    monkeypatch.setattr("detente.table.pages.now", lambda: datetime.max.replace(tzinfo=UTC))
    over = client.get(address).text

    assert ("It has time until" in set_to, "this once" in set_to) == (True, False)
    assert seen.count("You have time until") == 1
    assert refused.status_code == 400
    assert "Let its policy decide this once" in over
