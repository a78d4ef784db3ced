"""What the charts are tried on: a stand-in's runs, moved beliefs, weighed claims, hostile text."""

import dataclasses
import re
from datetime import date
from xml.etree import ElementTree as ET

from detente.estimate.estimate import Estimate
from detente.evidence.claim import Claim
from detente.questions.drivers import Driver, Drivers, Open, Unlisted
from detente.questions.drivers.swings import Swing
from detente.questions.influence import ClaimInfluence, Influences, Shift
from detente.questions.trace import Happening
from tests.questions.made_up import planted_kernel

NAMES = (
    "beliefs",
    "calendar",
    "calibration_curve",
    "causes",
    "corridor",
    "drivers",
    "evidence",
    "flow",
    "hundred_futures",
    "leakage",
    "options",
    "options_matrix",
    "posture_map",
    "shots",
    "stands",
    "tracked",
    "whatif",
    "whatif_over_one",
    "whatif_over_two",
)
HOSTILE = {
    "markup": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "entity": "&lt;b&gt; ]]> <!-- --> &#x3c;",
    "expression": "datum.x + {{7*7}} ${1+1} signal('a')",
    "object": '{"expr": "1+1"}',
    "signal": "{'signal': 'width'}",
    "path": "a.b[0]['c']",
}
"""Text that a pack could hold, each of which must be shown as it stands."""
STEERING = "left\u202eright\x1b[31m\x00\u2028\ud800end"
PLAIN = "leftright[31m end"
"""The same without what steers a screen."""


def kernel():
    """Return the stand-in in which the hotline helps."""
    return planted_kernel(0.2)


PART = Estimate(0.4, 0.2, 0.6)


def swing(moved):
    return Swing(moved, moved - 0.02, moved + 0.02, agree=0.9, worlds=24)


def driven(run, crisis):
    """Return drivers of which one group and two numbers are listed."""
    numbers = {
        "actors.us.motive": Driver(swing(0.2), PART),
        "talks.text_rate": Driver(swing(-0.1), PART),
    }
    listed = {"groups": {"talks": PART}, "numbers": numbers, "unlisted": Unlisted(300, 0.01, 212)}
    return Drivers(
        run,
        "base",
        "any_war",
        40,
        0.3,
        0.1,
        crisis,
        open=Open(("talks.fade_rate",), 8, 90, ("war", "actors.us")),
        **listed,
    )


def claim(grade):
    known = {"says": "so", "source": "a", "date": date(2026, 1, 1), "by": "one", "kind": "stated"}
    return Claim.model_validate({**known, "grade": grade})


def influences(run):
    """Return two claims that move war, of which one stands out, and one that moves nothing."""
    held = {
        "another-claim": ("F6", {"any_war": Shift(swing(0.4), True, True)}),
        "a-claim": ("B2", {"any_war": Shift(swing(0.2), False, None)}),
        "idle-claim": ("A1", {}),
    }
    claims = {
        key: ClaimInfluence(claim(grade), (), (), shifts) for key, (grade, shifts) in held.items()
    }
    return Influences(run, ("any_war",), {"any_war": 0.3}, claims, 40)


def with_moves(traced):
    """Return a future with two moves of one belief and none of the other."""
    moves = (
        Happening(3, "offers", 0, 1, 0.0, "one side offers package 2"),
        Happening(3, "beliefs", 0, 0, 0.4, "it is now believed"),
        Happening(9, "walks_out", 0, 0, 0.0, "one side walks out"),
        Happening(9, "beliefs", 0, 0, 0.7, "it is now believed"),
    )
    row = {**traced.row, "ending_day": 20, "belief_hard": 0.7, "belief_tough": 0.5}
    return dataclasses.replace(traced, happenings=moves, row=row)


def elements(svg):
    """Return the elements of a picture that must be well-formed."""
    return list(ET.fromstring(svg).iter())  # noqa: S314  our own pictures


def tags(svg):
    return {re.sub(r"^\{.*\}", "", element.tag) for element in elements(svg)}


def attributes(svg):
    return {name for element in elements(svg) for name in element.attrib}


def texts(svg):
    """Return the lines of words in a picture."""
    return [element.text for element in elements(svg) if element.tag.endswith("text")]


def place_of(svg, text):
    """Return where a line of words stands, from its own transform."""
    element = next(one for one in elements(svg) if one.text == text)
    return tuple(map(float, re.findall(r"-?[\d.]+", element.attrib["transform"])[:2]))
