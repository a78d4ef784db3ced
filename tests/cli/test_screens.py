"""No command fills more than one screen unless all of it is asked for, and then it pages itself."""

import pydoc
import shlex

import pytest

from detente.cli import terminal
from tests.cli.asking import answer

COMMANDS = (
    "check oman-2026",
    "evidence oman-2026",
    "evidence stored",
    "explain oman-2026 actors.us.war_cost",
    "list",
    "show stored",
    "causes stored",
    "drivers stored",
    "whatif stored talks.fade_rate=0.01",
    "weigh stored --to force=.45",
    "discover stored",
    "compare stored",
    "hypotheses stored --dry-run",
    "ask stored --by 2026-04-01",
    "find stored",
    "update stored --next",
    "replay stored",
    "diff oman-2026 june-2025",
)
LEAST = 8
"""What reads nothing has fewer words."""


@pytest.fixture(scope="session")
def usual(play):
    return play(futures=320, worlds=32, options=["hotline", "base_defences"])


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("typed", COMMANDS)
def test_what_a_command_prints_at_first_is_one_screen(capsys, typed):
    _, out, err = answer(capsys, *shlex.split(typed))
    words = out.split()

    # On a busy machine a command that plays for long says how far it is.
    assert [line for line in err.splitlines() if not line.startswith("playing: ")] == []
    assert LEAST < len(words) <= terminal.MOST_WORDS


@pytest.mark.usefixtures("stored")
def test_what_does_not_fit_is_named_and_comes_whole_in_pages_of_a_terminal(capsys, monkeypatch):
    _, first, _ = answer(capsys, "compare", "stored")
    _, whole, _ = answer(capsys, "compare", "stored", "--all")
    paged = []
    monkeypatch.setattr(terminal, "is_terminal", lambda _stream: True)
    monkeypatch.setattr(pydoc, "pager", paged.append)
    _, out, _ = answer(capsys, "show", "stored", "--all")

    assert "detente compare stored --all" in first
    assert "--all" not in whole
    assert len(whole.split()) > 2 * len(first.split())
    assert out == ""
    assert "How do wars begin?" in paged[0]
