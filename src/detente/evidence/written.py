"""The form of what people write down: closed to keys that nothing reads, and never changed."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints


class WrittenPart(BaseModel):
    """A part of a text: frozen, and closed to keys that nothing reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class StandIn:
    """What takes the place of a faulty value while the rest of a text is checked."""

    def __init__(self, value: object) -> None:
        self.value = value


def as_tuple(value: Any) -> Any:
    """Return a text as a list of one, and anything else as it is."""
    return (value,) if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(min_length=1), StandIn("text")]
Day = Annotated[date, StandIn(date.min)]
ClaimKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$"), StandIn("key")]
