"""The words in which assumptions are told that make an outcome likely."""

from detente.analysis import wording
from detente.analysis.discovery.answer import Assumption


def words_of(rule: Assumption) -> str:
    """Return a rule in the pack's words and units, with how often it holds and how sure it is."""
    meaning = f": {rule.meaning}" if rule.meaning else ""
    return (
        f"{rule.path} {_between(rule)}{meaning} (holds in {wording.of_100(rule.worlds)} of 100 "
        f"worlds; quasi-p {rule.quasi_p:.1g})"
    )


def _between(rule: Assumption) -> str:
    if rule.is_switch:
        return "is so" if rule.low is not None else "is not so"
    unit = f" {rule.unit}" if rule.unit else ""
    if rule.low is None:
        return f"below {rule.high:.3g}{unit}"
    if rule.high is None:
        return f"above {rule.low:.3g}{unit}"
    return f"from {rule.low:.3g} to {rule.high:.3g}{unit}"
