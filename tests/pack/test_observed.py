"""A file of observations: all its faults at once, with their lines and what was meant."""

import textwrap
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente import load
from detente.errors import DetenteError, Faults
from detente.pack.observed import (
    MOST_FAULTS,
    nothing_observed,
    read_observations,
)
from tests.observations import own_sign, sign, state, written

calm = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
PIECES = (b"=", b"[", b"]", b"{", b"}", b'"', b"'", b".", b"\n", b"#", b"\\u202e", b"nan", b"-1e9")
PIECES += (b"[[observed]]", b"observed = 1", b"2026-03-01", b"true", b"\x00", b"\xff", b"range")
WHOLE = written(sign(), state("open"), signs=own_sign("hospitals", "range = [2, 4]")).encode()

FAULTY = """\
pack = "oman-2025"

[signs.hospitals]
points_to = ["sustaind", "display"]
likelihood_ratio = { range = [0, 5] }
false_positive = { value = 0.2, because = "rescue-aircrafts" }

[observed.rescue]
date = 2026-01-20
sign = "search_and_rescu"
seen = true
by = "x"
surce = "y"

[observed.far]
date = 2029-01-20
state = "opn"
by = ""
source = "y"

[observed.both]
date = 2026-02-09
state = "open"
talks_failed = true
by = "x"
source = "y"

[observed.neither]
date = "2026-02-09"
by = "x"
source = "y"
seen = true

[observed.half]
date = 2026-02-09
by = "x"
source = "y"
sign = "tankers"
"""


@pytest.fixture(scope="module")
def crisis():
    return load("oman-2026")


def faults_of(text, crisis, folder):
    path = folder / "seen.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Faults) as error:
        read_observations(path, crisis, horizon=365)
    return error.value.faults


def test_every_fault_is_found_at_once_in_its_line(crisis, tmp_path):
    faults = faults_of(FAULTY, crisis, tmp_path)

    assert [(fault.line, fault.field) for fault in faults] == [
        (1, "pack"),
        (4, "signs.hospitals.points_to[0]"),
        (5, "signs.hospitals.likelihood_ratio"),
        (5, "signs.hospitals.likelihood_ratio.range"),
        (6, "signs.hospitals.false_positive.because[0]"),
        (9, "observed.rescue.date"),
        (10, "observed.rescue.sign"),
        (13, "observed.rescue.surce"),
        (16, "observed.far.date"),
        (17, "observed.far.state"),
        (18, "observed.far.by"),
        (21, "observed.both"),
        (28, "observed.neither"),
        (29, "observed.neither.date"),
        (32, "observed.neither.seen"),
        (34, "observed.half"),
    ]


def test_an_event_says_whether_it_was_seen(crisis, tmp_path):
    text = written('date = 2026-03-01\nevent = "ultimatum"')
    (fault,) = faults_of(text, crisis, tmp_path)

    assert (fault.found, fault.allowed) == ("no seen", "whether the event was seen")


def test_the_nearest_name_is_offered(crisis, tmp_path):
    hints = {fault.field: fault.hint for fault in faults_of(FAULTY, crisis, tmp_path)}

    assert hints["observed.rescue.sign"] == "did you mean search_and_rescue?"
    assert hints["observed.rescue.surce"] == "did you mean source?"
    assert hints["observed.far.state"] == "did you mean open?"
    assert hints["signs.hospitals.false_positive.because[0]"] == "did you mean rescue-aircraft?"


@pytest.mark.parametrize("day", ["2026-02-06", "2026-01-01", "2027-02-07"])
def test_what_was_seen_is_of_a_day_after_the_as_of_date_and_within_the_run(day, crisis, tmp_path):
    (fault,) = faults_of(written(sign(day=day)), crisis, tmp_path)

    assert fault.field == "observed.seen_0.date"
    assert fault.found == day


def test_a_sign_is_reported_once_a_day(crisis, tmp_path):
    (fault,) = faults_of(written(sign(), sign(seen=False)), crisis, tmp_path)

    assert fault.found == "search_and_rescue on 2026-03-01, as in observed.seen_0"


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ('state = "force"', 'state = "ongoing"', "force"),
        ("talks_failed = true", "talks_failed = false", "failed talks"),
        ('event = "ultimatum"\nseen = true', 'event = "ultimatum"\nseen = false', "ultimatum"),
    ],
)
def test_what_has_come_is_not_gone_later(before, after, what, crisis, tmp_path):
    text = written(f"date = 2026-02-20\n{before}", f"date = 2026-03-01\n{after}")
    (fault,) = faults_of(text, crisis, tmp_path)

    assert fault.field == "observed.seen_1"
    assert fault.found == f"no {what} by 2026-03-01"

    path = tmp_path / "other_order.toml"
    path.write_text(written(f"date = 2026-02-20\n{after}", f"date = 2026-03-01\n{before}"))

    assert len(read_observations(path, crisis, horizon=365).seen) == 2


def test_an_observation_without_a_key_of_its_own_is_reported_as_that(crisis, tmp_path):
    text = f'pack = "oman-2026"\n[observed]\n{state("open")}\nby = "x"\nsource = "y"\n'
    (fault,) = faults_of(text, crisis, tmp_path)

    assert fault.hint == "write [observed.KEY]"


def test_more_faults_than_are_looked_at_are_faults_still(crisis, tmp_path):
    text = 'pack = "oman-2026"\n' + "".join(f"[signs.s{place}]\n" for place in range(1200))
    faults = faults_of(text, crisis, tmp_path)

    assert len(faults) == MOST_FAULTS


def test_a_text_that_is_no_toml_has_its_line_reported(crisis, tmp_path):
    (fault,) = faults_of('pack = "oman-2026"\n[observed', crisis, tmp_path)

    assert fault.line == 2


def test_no_file_stands_for_nothing_seen(crisis):
    nothing = nothing_observed(crisis)

    assert nothing.seen == ()
    assert nothing.signs == crisis.model.signs


def test_a_file_that_is_not_there_is_reported(crisis, tmp_path):
    with pytest.raises(DetenteError, match="nothing lies there"):
        read_observations(tmp_path / "seen.toml", crisis, horizon=365)


def test_numbers_that_a_sign_of_the_file_leaves_out_have_the_programs_default(crisis, tmp_path):
    path = tmp_path / "seen.toml"
    path.write_text(written(signs='[signs.hospitals]\npoints_to = ["sustained"]\n'))
    found = read_observations(path, crisis, horizon=365)

    assert sorted(found.numbers) == [
        "signs.hospitals.false_positive",
        "signs.hospitals.likelihood_ratio",
    ]
    assert found.numbers["signs.hospitals.likelihood_ratio"].because == ("default",)


def test_the_example_of_the_documentation_has_no_fault(crisis, tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "update.md").read_text()
    block = page[page.index("    pack = ") : page.index("An observation says one thing")]
    path = tmp_path / "seen.toml"
    path.write_text(textwrap.dedent(block))
    found = read_observations(path, crisis, horizon=365)

    assert [one.key for one in found.seen] == [
        "rescue_came_along",
        "goes_on",
        "no_ultimatum",
    ]
    assert "field_hospitals" in found.signs


def test_observations_come_in_the_order_of_days(crisis, tmp_path):
    path = tmp_path / "seen.toml"
    path.write_text(written(sign(), state("open", day="2026-02-10")))
    found = read_observations(path, crisis, horizon=365)

    assert [one.observed.date for one in found.seen] == [date(2026, 2, 10), date(2026, 3, 1)]


def is_reported(content, crisis, folder):
    """Read a file; say whether whatever is wrong with it has its line, or else a message."""
    path = folder / "seen.toml"
    path.write_bytes(content)
    try:
        read_observations(path, crisis, horizon=365)
    except Faults as error:
        return all(fault.line >= 1 for fault in error.faults)
    except DetenteError as error:
        return bool(error.what)
    return True


@calm
@given(place=st.integers(0, len(WHOLE)), length=st.integers(0, 40), piece=st.sampled_from(PIECES))
def test_a_damaged_file_never_breaks_the_reader(place, length, piece, crisis, tmp_path):
    assert is_reported(WHOLE[:place] + piece + WHOLE[place + length :], crisis, tmp_path)


@calm
@given(content=st.binary(max_size=300))
def test_random_bytes_never_break_the_reader(content, crisis, tmp_path):
    assert is_reported(content, crisis, tmp_path)


@pytest.mark.parametrize(
    ("same_as", "found", "allowed"),
    [
        ("seen_0", "seen_0", "the key of a sign that counts itself: seen_1"),
        ("seen_2", "seen_2", "the key of a sign that counts itself: seen_1"),
        ("seen_1", "seen_1", "one that was seen, or not seen, as this"),
    ],
)
def test_what_is_the_same_report_names_another_sign(tmp_path, crisis, same_as, found, allowed):
    path = tmp_path / "seen.toml"
    first = sign() + f'\nsame_as = "{same_as}"'
    path.write_text(written(first, sign("tankers", seen=False), state("open")))
    with pytest.raises(Faults) as refused:
        read_observations(path, crisis, horizon=365)
    (fault,) = refused.value.faults

    assert (fault.found, fault.allowed) == (f'"{found}"', allowed)
