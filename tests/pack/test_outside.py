"""A file of views: all its faults at once, and nothing of it in any digest."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from detente import load
from detente.errors import DetenteError, Faults
from detente.pack import files
from detente.pack.outside import ViewScope, read_outside

FAULTY = """\
pack = "oman-2025"

[view.far]
outcome = "forse"
by = 2029-01-20
probability = 40
who = "Forecaster A"
date = 2026-02-06
source = "x"
kind = "forecaster"

[view.certain]
outcome = "force"
by = 2026-03-31
probability = 1
who = "Forecaster A"
dat = 2026-02-06
source = "x"
kind = "own"

[view.turned]
outcome = "force"
by = 2026-03-31
given = "talks_never_failed"
probability = [0.5, 0.3]
who = "Forecaster A"
date = 2019-02-06
source = "x"
kind = "own"

[view.one]
outcome = "any_war"
by = 2026-03-31
probability = 0.1
who = "Forecaster A"
date = 2026-02-20
source = "x"
kind = "forecasters"
size = 31

[view.again]
outcome = "any_war"
by = 2026-03-31
probability = 0.2
who = "Forecaster A"
date = 2026-02-20
source = "x"
kind = "forecasters"

[view.after]
outcome = "any_war"
by = 2026-03-31
probability = 0.2
who = "Forecaster A"
date = 2026-04-20
source = "x"
kind = "forecasters"
"""
SOUND = """\
pack = "oman-2026"

[view.a]
outcome = "force"
by = 2026-03-31
given = ["talks_ever_failed = yes"]
probability = [0.3, 0.5]
who = "Forecaster A"
date = 2026-02-20
size = 31
source = "an invented example"
kind = "forecasters"
"""


@pytest.fixture(scope="module")
def scope():
    crisis = load("oman-2026")
    return ViewScope(crisis.name, crisis.as_of, 365)


def refuse(condition):
    if condition != "talks_ever_failed = yes":
        raise DetenteError("there is no such column", hint="did you mean talks_ever_failed?")


def read(text, scope, folder):
    path = folder / "outside.toml"
    path.write_text(text)
    return read_outside(path, scope, check=refuse)


def test_every_fault_is_found_at_once_in_its_line_with_what_to_do(scope, tmp_path):
    with pytest.raises(Faults) as error:
        read(FAULTY, scope, tmp_path)

    assert [(fault.line, fault.field, fault.hint) for fault in error.value.faults] == [
        (1, "pack", "put the file where that pack or a run of it lies, or correct the name"),
        (4, "view.far.outcome", "did you mean force?"),
        (5, "view.far.by", "play a run with a longer --horizon, or drop the view"),
        (6, "view.far.probability", "write 0.4 for 40 %"),
        (10, "view.far.kind", "did you mean forecasters?"),
        (
            15,
            "view.certain.probability",
            "nothing that may still come is certain: give a chance such as 0.01 or 0.99",
        ),
        (17, "view.certain.dat", "did you mean date?"),
        (24, "view.turned.given", "did you mean talks_ever_failed?"),
        (25, "view.turned.probability", "write [0.3, 0.5]"),
        (27, "view.turned.date", "correct the day on which it was read, or drop the view"),
        (41, "view.again", "keep one of the two"),
        (55, "view.after.date", "by then it was known what came: drop the view"),
    ]


def test_a_view_of_a_later_day_is_read_and_says_so(scope, tmp_path):
    view = read(SOUND, scope, tmp_path)["a"]

    assert (view.day, view.days_late) == (53, 14)
    assert (view.low, view.high, view.size) == (0.3, 0.5, "31 forecasters")
    assert view.given == ("talks_ever_failed=yes",)
    assert view.stated.date == date(2026, 2, 20)


def test_a_view_read_before_the_crisis_began_is_refused(scope, tmp_path):
    begun = SOUND.replace("\n\n", "\nbegan = {}\n\n", 1)
    later = scope._replace(as_of=date(2026, 2, 20))

    assert read(begun.format("2026-02-20"), later, tmp_path)
    with pytest.raises(Faults) as error:
        read(begun.format("2026-02-21"), later, tmp_path)
    assert [fault.field for fault in error.value.faults] == ["began", "view.a.date"]


def test_a_pack_has_the_same_digest_with_and_without_views(tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(Path(str(files.library() / "oman-2026")), folder)
    before = load(folder)
    (folder / "outside.toml").write_text(FAULTY)

    after = load(folder)

    assert after.digest == before.digest
    assert set(after.files) == set(before.files)
