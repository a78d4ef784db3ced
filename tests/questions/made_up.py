"""Made-up runs for comparisons: a stand-in in which options do what a test plants."""

from tests.standin import KERNEL, world

PLANTED = "actors.us.war_cost"
"""The number on which it hangs whether the hotline helps."""


def encoder(effect, *, above=None):
    """Let the hotline lower war by `effect` in the stand-in where the planted number is larger."""

    def encode(_crisis, values, *, grid, horizon):
        assert grid in {"tiny", "coarse", "normal", "fine"}
        helps = values["incidents.hotline"] == 1.0 and (above is None or values[PLANTED] > above)
        return world(0.2 - (effect if helps else 0.0), horizon)

    return encode


def planted_kernel(effect, *, above=None):
    return KERNEL._replace(encode=encoder(effect, above=above))
