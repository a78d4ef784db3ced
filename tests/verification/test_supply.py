import json

import pytest

from verification import supply

DIGEST = "--hash=sha256:" + "a" * 64


def test_the_projects_own_requirements_are_pinned_with_digests():
    assert {line.is_right for line in supply.locks()} == {True}


@pytest.mark.parametrize(
    "line",
    [
        "numpy>=2 " + DIGEST,
        "numpy==2.0",
        "numpy==2.0 --hash=md5:" + "a" * 32,
        "numpy @ https://example.org/numpy.whl " + DIGEST,
        "--extra-index-url https://example.org",
        "-e .",
    ],
)
def test_a_loose_requirement_is_told(line):
    assert len(supply.loose_requirements(f"rich==13.0 \\\n    {DIGEST}\n{line}\n")) == 1


def test_a_marker_and_several_digests_are_no_fault():
    line = f"colorama==0.4.6 ; sys_platform == 'win32' {DIGEST} \\\n    {DIGEST}\n    # via x\n"

    assert supply.loose_requirements(line) == []


def report(*dependencies):
    return json.dumps({"dependencies": dependencies})


FINE = {"name": "rich", "version": "1", "vulns": []}
HOLED = {"name": "numba", "version": "1", "vulns": [{"id": "CVE-1"}]}
UNKNOWN = {"name": "numpy", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        (report(FINE, FINE), True),
        (report(FINE, HOLED), False),
        (report(UNKNOWN, HOLED), False),
        (report(FINE, UNKNOWN), None),
        (report(UNKNOWN), None),
        (report(), False),
        ("", None),
        ("{}", None),
    ],
)
def test_what_was_not_looked_up_never_counts_as_free_of_holes(text, is_right):
    assert supply.judged("holes", text, "no connection").is_right is is_right


def test_a_wheel_that_differs_is_told(monkeypatch):
    monkeypatch.setattr(supply, "build", lambda folder, **_: folder.name)

    (line,) = supply.wheels()

    assert (line.is_right, line.found) == (False, "a place")


def test_the_wheel_is_the_same_wherever_it_is_built():
    (line,) = supply.wheels()

    assert line.is_right


def test_nothing_that_runs_is_under_a_licence_that_binds():
    lines = list(supply.licences())

    assert {"licence of numpy", "licence of typer"} <= {line.what for line in lines}
    assert all(line.is_right for line in lines)


@pytest.mark.parametrize(
    ("named", "binds"),
    [
        ("GPL-3.0-or-later", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("Mozilla Public License 2.0 (MPL 2.0)", True),
        ("Apache-2.0 WITH LLVM-exception", False),
        ("BSD-3-Clause AND 0BSD AND MIT", False),
    ],
)
def test_a_licence_that_binds_is_known_by_its_name(named, binds):
    assert supply.binds(named) == binds
