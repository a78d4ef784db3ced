"""What divides an attack: a pack may state it, and nothing moves it to find what serves best."""

import re

ALLOCATION = re.compile(
    r"aims\..+|war\.(?:suppression|network|raid_share|arrival_time|surprise|direct_action_\w+)"
    r"|arsenals\.[^.]+\.[^.]+\.(?:stock|on_ship|decoys)"
)
"""On what raids fall, how and when they come, and what is sent in them."""
REFUSED = "a number that does not divide an attack"
INSTEAD = "state it in the pack; detente does not seek the best attack"


def divides_attack(path: str) -> bool:
    """Say whether a number, by its dotted path, is part of how an attack is put together."""
    return ALLOCATION.fullmatch(path) is not None
