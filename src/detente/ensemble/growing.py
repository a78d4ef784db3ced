"""How the record of a run grows: more worlds, more futures, further options."""

from collections.abc import Mapping

from detente.ensemble.record import (
    MOST_TIMES,
    OptionRecord,
    Record,
    Settings,
    refuse_many_parts,
    settle,
    size_of,
    spell_call,
)
from detente.errors import DetenteError


def grow(
    record: Record,
    *,
    futures: int | None = None,
    worlds: int | None = None,
    option_worlds: int | None = None,
) -> Record:
    """Return the record of a run that goes on to a larger size; as it is if that is its size.

    With worlds alone, each plays as many futures as each does now. What is None stays.

    Raises
    ------
    DetenteError
        If a size is out of its bounds or smaller than that of the run.
    """
    before = record.settings
    worlds = before.worlds if worlds is None else worlds
    if futures is None:
        is_wider = worlds > before.worlds
        futures = worlds * before.futures_of_a_world if is_wider else before.futures
    asked = {"futures": futures, "worlds": worlds}
    if option_worlds is not None:
        asked["option_worlds"] = option_worlds
    settings = settle(**{**before.model_dump(), **asked})
    if settings == before:
        return record
    _refuse_shrinking(before, settings)
    if len(record.grown_from) == MOST_TIMES:
        hint = "start a new run with the size that you want"
        raise DetenteError(f"the run was extended {MOST_TIMES} times, the most there is", hint=hint)
    before_it = (*record.grown_from, size_of(before))
    refuse_many_parts(before_it, settings, "futures")
    options = {
        name: option.model_copy(update={"digest": None}) for name, option in record.options.items()
    }
    grown = {"settings": settings, "grown_from": before_it, "options": options}
    call = spell_call(record.source, settings)
    return record.model_copy(update={**grown, "call": call, "outcome": None})


def add_options(record: Record, options: Mapping[str, OptionRecord]) -> Record:
    """Return the record of a run that is to play more options; as it is if it has them all."""
    new = {name: option for name, option in options.items() if name not in record.options}
    if not new:
        return record
    named = (*record.settings.options, *new)
    settings = record.settings.model_copy(update={"options": named})
    more = {"settings": settings, "options": {**record.options, **new}, "outcome": None}
    return record.model_copy(update={**more, "call": spell_call(record.source, settings)})


def _refuse_shrinking(before: Settings, settings: Settings) -> None:
    sizes = _sizes_by_name(settings)
    for name, there in _sizes_by_name(before).items():
        asked = sizes[name]
        if asked < there:
            hint = "a run can only grow; for a smaller one start a new run"
            raise DetenteError(f"{name} is {asked}; the run has {there}", where=name, hint=hint)
    each = before.futures_of_a_world
    if settings.futures_of_a_world < each:
        raise DetenteError(
            f"futures is {settings.futures}, fewer than {each} in each of {settings.worlds} worlds",
            where="futures",
            hint=f"each world keeps its {each} futures; ask for {settings.worlds * each} or more",
        )


def _sizes_by_name(settings: Settings) -> dict[str, int]:
    worlds, of_options = settings.worlds, settings.option_worlds
    of_options = worlds if of_options is None else min(worlds, of_options)
    return {"worlds": worlds, "futures": settings.futures, "option_worlds": of_options}
