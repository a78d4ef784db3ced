"""The least pack with hypotheses of a test's own, and a stand-in that one planted number moves."""

from detente import load
from tests.faulty import MINIMAL
from tests.standin import KERNEL, world

PLANTED = "venue.publicity"
"""The number on which the amount of force depends; nothing depends on another."""
HEAD = """
[hypotheses.{key}]
says = "Publicity brings war"
rejected_if = "It does not"
assumed = "a guess"
{more}
"""
TEST = """
[[hypotheses.{key}.tests]]
says = "Publicity is raised"
{test}
"""


def encode(_crisis, values, *, grid, horizon):
    assert grid in {"tiny", "coarse", "normal", "fine"}
    return world(values[PLANTED] * 0.5, horizon)


def encode_bent(_crisis, values, *, grid, horizon):
    """Let force be rarest in the middle of what the planted number may be."""
    assert grid in {"tiny", "coarse", "normal", "fine"}
    return world(abs(values[PLANTED] - 0.4), horizon)


PLANTED_KERNEL = KERNEL._replace(encode=encode)
BENT_KERNEL = KERNEL._replace(encode=encode_bent)


def written(folder, tests, *, key="held", more=""):
    """Write the least pack with one hypothesis and its tests."""
    folder.mkdir(exist_ok=True)
    for file in MINIMAL.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    texts = [HEAD.format(key=key, more=more), *(TEST.format(key=key, test=test) for test in tests)]
    (folder / "held.toml").write_text("".join(texts), encoding="utf-8")
    return load(folder)


def contrast(low, high, *, measure="any_war", field=PLANTED, more=""):
    """Return a test that moves one number from a value to another."""
    steps = f'steps = [{{ "{field}" = {low} }}, {{ "{field}" = {high} }}]'
    return f'kind = "contrast"\nmeasures = ["{measure}"]\n{steps}\n{more}'
