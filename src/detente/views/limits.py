"""Limits: what this model leaves out, and what the report must not be used for."""

from detente.views.blocks import Listing, Section
from detente.views.material import Material


def section(material: Material) -> Section:
    """Return what the model leaves out."""
    return Section(
        key="limits",
        title="Limits",
        answer=(
            (
                "This is analysis at the strategic level on open literature. It says what follows "
                "in this model; it does not predict, and it names no targets and no routes.",
            ),
        ),
        blocks=(
            Listing("Not in this model", tuple((limit,) for limit in material.run.record.limits)),
        ),
    )
