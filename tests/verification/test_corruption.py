"""A slice of the damage that `python -m verification.corruption` does, and what fails it."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from detente.ensemble import record as records
from detente.ensemble import runners, worlds
from tests.standin import KERNEL
from verification import corruption, deeds
from verification.corruption import Damage, Outcome, attempt, damaged, judge, report
from verification.deeds import Answer

TIMES = 30
PATIENCE = 60.0
"""Processor time for a question, in place of what the command allows on a quiet machine [s]."""


@pytest.fixture(autouse=True)
def kernel(monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)
    monkeypatch.setattr(corruption, "LONGEST", PATIENCE)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return corruption.prepare(tmp_path_factory.mktemp("prepared"))


def test_damage_is_noticed_or_does_no_harm(prepared):
    outcomes = [attempt(prepared, index) for index in range(TIMES)]

    assert [(str(one.damage), one.wrong) for one in outcomes if one.wrong] == []
    assert {one.verdict for one in outcomes} == {"noticed", "harmless or made good"}


def test_an_answer_that_takes_long_is_found(prepared, monkeypatch):
    monkeypatch.setattr(corruption, "LONGEST", 0.0)

    assert "show: took " in attempt(prepared, 1).wrong


def test_a_record_that_was_edited_is_noticed(prepared, tmp_path):
    whole = prepared[0].whole
    content = json.loads((whole / records.FILE).read_text())
    edited = {**content, "title": content["title"] + "!"}
    (tmp_path / records.FILE).write_text(json.dumps(edited))

    with pytest.raises(records.DetenteError, match="not as it was written"):
        records.read(tmp_path)


def test_damage_that_changes_an_answer_is_found(prepared, monkeypatch):
    monkeypatch.setattr(records, "read", read_whatever_it_says)
    monkeypatch.setattr(corruption, "damaged", with_another_title)
    monkeypatch.setattr(deeds, "contents", lambda _folder: {records.FILE: b""})

    outcome = attempt(prepared, 1)

    assert "show: another answer" in outcome.wrong


def read_whatever_it_says(folder):
    content = json.loads((folder / records.FILE).read_bytes())
    del content["seal"]
    return records.Record.model_validate(content)


def with_another_title(content, _generator):
    title = content.index(b'"title": "') + len(b'"title": "')
    return "flip", title, content[:title] + b"X" + content[title + 1 :]


def test_other_worlds_change_what_rests_on_them(prepared, monkeypatch):
    table = prepared[1].whole / "worlds.parquet"
    seal = pq.read_schema(table).metadata[worlds.SEAL]
    monkeypatch.setattr(worlds, "_seal", lambda *_: seal)
    monkeypatch.setattr(corruption, "damaged", with_worlds_turned_round)
    monkeypatch.setattr(deeds, "contents", lambda _folder: {table.name: b""})

    outcome = attempt(prepared, 0)

    assert "evidence: another answer" in outcome.wrong


def with_worlds_turned_round(content, _generator):
    stored = pq.read_table(pa.BufferReader(content))
    turned = stored.take(pa.array(range(len(stored)))[::-1])
    sink = pa.BufferOutputStream()
    pq.write_table(turned, sink, compression="none")
    return "flip", 0, sink.getvalue().to_pybytes()


def test_damage_is_the_same_for_the_same_number(prepared):
    assert attempt(prepared, 7).damage == attempt(prepared, 7).damage


@pytest.mark.parametrize("seed", range(20))
def test_damage_changes_a_file_or_blanks_what_was_blank(seed):
    generator = corruption.np.random.default_rng(seed)

    kind, place, left = damaged(b"content of a file", generator)

    assert kind in corruption.DAMAGES
    assert left[:place] == b"content of a file"[:place]
    assert left != b"content of a file"


def test_another_answer_is_wrong_and_a_refusal_is_not():
    known = {"digest": "a"}

    assert judge("show", Answer(0, '{"digest": "a"}', ""), known) == "="
    assert "another answer" in judge("show", Answer(0, '{"digest": "b"}', ""), known)
    assert judge("show", Answer(2, "", "detente: it: is damaged\n  play it again\n"), known) == "!"
    assert judge("replay", Answer(1, '{"same": false}', ""), known) == "!"
    assert "KeyError" in judge("show", Answer(1, "", "Traceback\nKeyError: 1"), known)


def test_what_is_wrong_fails_the_command(capsys):
    outcome = Outcome(Damage("record.json", "flip", 3), "noticed", "show: another answer", 0.1)

    assert report([outcome]) == 1
    assert "record.json, flip at byte 3: show: another answer" in capsys.readouterr().out
    assert report([]) == 1


def test_a_lost_pack_is_noticed_if_nothing_else_of_the_answer_differs():
    known = {"share": 1, "course": {"support": {"numbers": 2}, "answer": ["war", "high"]}}
    lost = {"share": 1, "course": {"support": None, "answer": ["war", "low"]}}

    assert judge("show", Answer(0, json.dumps(lost), ""), known) == "!"
    assert judge("show", Answer(0, json.dumps({**lost, "share": 2}), ""), known) != "!"
    assert judge("causes", Answer(0, json.dumps(lost), ""), known) != "!"
