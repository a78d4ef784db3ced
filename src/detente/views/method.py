"""What stands beneath each answer: how it was got, what it leaves out, how models have fared."""

from detente.analysis.history.bands import FIRST_YEAR, LAST_YEAR, STARTS
from detente.ensemble.run import Run
from detente.pack.quantity import accepted
from detente.views.blocks import Method, Words


def method(run: Run, *, how: str, left_out: str, would_change: str) -> Method:
    """Return what stands beneath an answer."""
    record = run.record
    settings = record.settings
    return Method(
        in_this_model=(
            f"{how} {settings.worlds:,} worlds x {settings.futures_of_a_world:,} futures, as of "
            f"{record.as_of}; pack {record.pack[:12]}.",
        ),
        left_out=(left_out,),
        would_change=(would_change,),
        fared=fared(),
    )


def fared() -> Words:
    """Say how such models have fared, as far as that is known of this one."""
    rows, crises = accepted().rows, sum(STARTS.values())
    return (
        f"Levels are fitted to {crises} past crises of {FIRST_YEAR} to {LAST_YEAR} by {rows} sets "
        "of values; crises after that are kept aside and have not been foretold with it yet, so "
        "that nothing shows how well it foretells. Read differences and reasons before levels.",
    )
