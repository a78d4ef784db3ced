"""What a command prints of an interval has its low end first, and the estimate within."""

import json
from pathlib import Path

import pytest

from detente.cli import main
from detente.ensemble import runners
from detente.estimate import prim
from detente.pack import files
from tests import intervals
from tests.border import BORDER
from tests.observations import PLANNED, sign, state, written
from tests.questions.held import PLANTED
from tests.questions.past import many, write_table
from tests.standin import KERNEL, world

MINIMAL = str(Path(__file__).parent / "cases" / "valid" / "minimal")
SIZE = ("--futures", "3200", "--worlds", "32", "--threads", "1")
MORE = ("--futures", "6400", "--worlds", "64", "--threads", "1")
PAST = (
    *many(8, violence="No violence", dur_days="20"),
    *many(4, violence="Serious clashes", trigger="Violent act", dur_days="400"),
    *many(2, violence="Full-scale war", mediation="Mediation occurred", dur_days="90"),
)
FOUGHT = ("--worlds", "20", "--futures", "4", "--days", "3", "--rest", "1")
SWEEP = "defences.south.layers.near.kill_probability=0.1:0.9:3"
VIEWS = {
    "run": ("run", "oman-2026", *SIZE, "-o", "again", "--overwrite"),
    "run beside history": ("run", "./mine", *SIZE, "-o", "past", "--overwrite"),
    "show": ("show", "stored"),
    "causes": ("causes", "stored"),
    "drivers": ("drivers", "stored", "--outcome", "limited_strike"),
    "whatif": ("whatif", "stored", "talks.fade_rate=0.02"),
    "whatif, swept": ("whatif", "stored", "talks.fade_rate=0.001:0.02:3"),
    "discover": ("discover", "pointed"),
    "ask": ("ask", "stored", "--by", "90", "--given", "first_force_day=0:"),
    "compare": ("compare", "stored"),
    "compare, two runs": ("compare", "stored", "planned"),
    "hypotheses": ("hypotheses", "stored", "--only", "miscalculation_over_intent"),
    "update": ("update", "planned", "--observed", "seen.toml", "--next"),
    "engage": ("engage", MINIMAL, *FOUGHT),
    "engage, swept": ("engage", MINIMAL, *FOUGHT, "--sweep", SWEEP),
    "solve": ("solve", MINIMAL, "--worlds", "2", "--grid", "tiny", "--horizon", "40"),
    "lab rates": ("lab", "rates", "crises.csv"),
}
"""Commands that print intervals and have them in JSON."""
OF_PACKS = ("diff", "cuba-1962", "june-2025")


def encode(_crisis, values, *, grid, horizon):
    """Let wars come where the planted number is in the upper third, so that there is a box."""
    assert grid in {"tiny", "normal"}
    return world(1.0 if values[PLANTED] > 0.45 else -0.5, horizon)


@pytest.fixture(scope="module", autouse=True)
def here(tmp_path_factory):
    """Store runs of the stand-in, one with a plan of most wars, one that turns on one number."""
    folder = tmp_path_factory.mktemp("here")
    (folder / "mine").mkdir()
    for name, text in files.read(BORDER).files.items():
        start = b'reference = "violent"\n' if name == "crisis.toml" else b""
        (folder / "mine" / name).write_bytes(start + text)
    (folder / "seen.toml").write_text(written(sign(), state("ongoing")))
    write_table(folder, *PAST)
    stored = ("run", "oman-2026", *SIZE, "-q", "-o")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(prim, "DEALS", 19)  # just enough shuffles for a box to be shown
        patch.setattr(runners, "kernel", lambda: PLANNED)
        assert main([*stored, "planned"]) == 0
        patch.setattr(runners, "kernel", lambda: KERNEL._replace(encode=encode))
        assert main(["run", MINIMAL, *MORE, "-q", "-o", "pointed"]) == 0
        assert main(["discover", "pointed", "-q"]) == 0
        patch.setattr(runners, "kernel", lambda: KERNEL)
        assert main([*stored, "stored", "--options", "hotline,base_defences"]) == 0
        yield


@pytest.mark.parametrize("asked", [*VIEWS.values(), OF_PACKS], ids=[*VIEWS, "diff"])
def test_a_command_prints_the_low_end_first(asked, capsys):
    assert main([*asked, "--all"]) == 0
    found = intervals.in_text(capsys.readouterr().out)

    assert found
    assert intervals.out_of_order(found) == []


@pytest.mark.parametrize("view", VIEWS)
def test_json_calls_the_low_end_low(view, capsys):
    assert main([*VIEWS[view], "--json"]) == 0
    found = intervals.in_json(json.loads(capsys.readouterr().out))

    assert found
    assert intervals.out_of_order(found) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("16-18", (16.0, 16.0, 18.0)),
        ("18.5-16.0", (18.5, 18.5, 16.0)),
        ("-0.5 to +2", (-0.5, -0.5, 2.0)),
        ("3 (3.2-5)", (3.2, 3.2, 5.0)),
        ("7 % (1 to 5)", (1.0, 7.0, 5.0)),
        ("lies between 1,000 and 20", (1000.0, 1000.0, 20.0)),
        ("<td>3</td><td>1.0 to 2.0</td>", (1.0, 1.0, 2.0)),
        ("4.2 fewer of 100 (-6 to -2)", (-6.0, -6.0, -2.0)),
    ],
)
def test_an_interval_is_read_as_it_stands(text, found):
    assert intervals.in_text(text) == [found]
