"""What exists of a run before it is played: its record, its pack and the numbers of the crisis."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from detente import disk, provenance
from detente.ensemble import advice
from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.record import BASE, OptionRecord, Plain, Record, Settings
from detente.ensemble.tally import INITIATORS
from detente.errors import DetenteError
from detente.evidence.ledger import CALIBRATED, ORIGINS
from detente.kernel.limits import LIMITS
from detente.pack import Change, Crisis, load
from detente.pack.files import merge, read
from detente.pack.quantity import Quantity

GENERAL = set(ORIGINS)
"""Origins of numbers whose values are the program's, not the pack's."""
KNOWN = tuple(one.name for one in dataclasses.fields(Quantity) if one.name != "limits")
"""Fields of a number that a pack determines; its limits come from the format."""
KEPT = 4
"""Number of read packs that are cached: questions ask for the same ones repeatedly."""


def begin(path: Path, crises: Mapping[str, Crisis], settings: Settings) -> Record:
    """Write a new run's record, its pack and its numbers; return the record.

    Raises `DetenteError` if the folder cannot be written; nothing is left in it then.
    """
    crisis, options = crises[BASE], option_records(crises, settings)
    parties = {}
    for role in INITIATORS:
        names = [crisis.model.actors[key].name for key in crisis.all_of_role(role)]
        parties[role] = " or ".join(names) or f"the {role}"
    ruled = [
        f"The {side} follows the user's own rule {rule.name}; the other side does not know this, "
        "and reads its acts as if they followed the solved game."
        for side, rule in settings.rules.items()
    ]
    record = Record(
        schema=records.SCHEMA,
        name=crisis.name,
        source=crisis.text.name,
        title=crisis.title,
        as_of=crisis.as_of.isoformat(),
        parties=parties,
        call=records.spell_call(crisis.text.name, settings),
        settings=settings,
        pack=crisis.digest,
        files=tuple(Path(name).name for name in crisis.files),
        resolved=options[BASE].resolved,
        options=options,
        evidence=_count_evidence(crisis),
        package=provenance.version_of("detente"),
        model=provenance.model_digest(),
        commit=provenance.commit(),
        environment=records.environment(),
        started=records.now(),
        limits=(*LIMITS, *ruled),
    )
    with folders.writing(path):
        try:
            record.write(path)
            _write_pack(path, crisis)
        except OSError:
            folders.discard(path)
            raise
    return record


def option_records(crises: Mapping[str, Crisis], settings: Settings) -> dict[str, OptionRecord]:
    """Return the record of each option, the base included, before it is played."""
    asked = settings.model_dump(mode="json", include={"seed", "grid", "horizon", "rules"})
    pack, model = crises[BASE].digest, provenance.model_digest()
    found = {}
    for name, crisis in crises.items():
        title, change = "the crisis as written", {}
        if name != BASE:
            option = crises[BASE].options[name]
            title = option.title
            change = {field: plain(value) for field, value in option.change.items()}
        resolved = _digest_numbers(crisis)
        come_of = {"pack": pack, "change": change, "resolved": resolved, "model": model, **asked}
        identity = records.digest_of(come_of)
        found[name] = OptionRecord(title=title, change=change, resolved=resolved, identity=identity)
    return found


def grow(
    record: Record,
    *,
    futures: int | None = None,
    worlds: int | None = None,
    option_worlds: int | None = None,
) -> Record:
    """Return the record of a run that is to be extended, or the same record if its size is.

    If only `worlds` is given, the futures of each world stay the same. Sizes that are None do not
    change.

    Raises `DetenteError` if a size is out of bounds or smaller than that of the run.
    """
    before = record.settings
    worlds = before.worlds if worlds is None else worlds
    if futures is None:
        is_wider = worlds > before.worlds
        futures = worlds * before.futures_of_a_world if is_wider else before.futures
    asked = {"futures": futures, "worlds": worlds}
    if option_worlds is not None:
        asked["option_worlds"] = option_worlds
    settings = records.settle(**{**before.model_dump(), **asked})
    if settings == before:
        return record
    old, new = (
        {
            "worlds": one.worlds,
            "futures": one.futures,
            "option_worlds": min(one.worlds, one.option_worlds or one.worlds),
        }
        for one in (before, settings)
    )
    for name, size in old.items():
        if new[name] < size:
            what = f"{name} is {new[name]}; the run has {size}"
            hint = "a run can only grow; for a smaller one start a new run"
            raise DetenteError(what, where=name, hint=hint)
    each = before.futures_of_a_world
    if settings.futures_of_a_world < each:
        raise DetenteError(
            f"futures is {settings.futures}, fewer than {each} for each of {settings.worlds} sets "
            "of assumptions",
            where="futures",
            hint=f"each keeps its {each} courses of events; ask for {settings.worlds * each} or "
            "more",
        )
    if len(record.grown_from) == records.MOST_TIMES:
        hint = "start a new run with the size that you want"
        raise DetenteError(
            f"the run was extended {records.MOST_TIMES} times, the most there is", hint=hint
        )
    was = records.Size(worlds=before.worlds, futures=each, option_worlds=before.option_worlds)
    before_it = (*record.grown_from, was)
    records.refuse_many_parts(before_it, settings, "futures")
    options = {
        name: option.model_copy(update={"digest": None}) for name, option in record.options.items()
    }
    grown = {"settings": settings, "grown_from": before_it, "options": options}
    call = records.spell_call(record.source, settings)
    return record.model_copy(update={**grown, "call": call, "outcome": None})


def add_options(record: Record, options: Mapping[str, OptionRecord]) -> Record:
    """Return the record of a run with more options to play, or the same if it has them all."""
    new = {name: option for name, option in options.items() if name not in record.options}
    if not new:
        return record
    named = (*record.settings.options, *new)
    settings = record.settings.model_copy(update={"options": named})
    more = {"settings": settings, "options": {**record.options, **new}, "outcome": None}
    return record.model_copy(update={**more, "call": records.spell_call(record.source, settings)})


def repair(path: Path, record: Record) -> None:
    """Write the missing files of a run's pack and numbers.

    They are missing if the run was killed at its beginning, or was damaged. The pack is read from
    where it was, if it is still the same.

    Raises `DetenteError` if the files cannot be written.
    """
    folder = path / folders.PACK
    is_lost = not all((folder / name).is_file() for name in record.files)
    if not is_lost and folders.is_resolved(path, record):
        return
    try:
        crisis = load(
            record.source if is_lost else folder, changes=_changes(record), was_played=True
        )
    except DetenteError:
        return  # reading the run again will report what is missing
    if crisis.digest == record.pack:
        with folders.writing(path):
            _write_pack(path, crisis)


def _write_pack(path: Path, crisis: Crisis) -> None:
    for name, content in crisis.files.items():
        disk.write_whole(path / folders.PACK / Path(name).name, content)
    disk.write_whole(path / folders.RESOLVED, records.as_bytes(_resolve(crisis)))


def read_again(path: Path, record: Record, *, is_base: bool = False) -> Mapping[str, Crisis]:
    """Return the crisis of a run under each of its options, as it was when the run began.

    With `is_base` only the base, which is faster. Crises of runs in folders of this machine are
    cached.

    Raises `DetenteError` if the pack in the run's folder is not the one of its record, or this
    version of detente reads other numbers from it.
    """
    written = record.model_dump_json(by_alias=True)
    if not isinstance(path, Path):
        return _read_again.__wrapped__(path, written, (), is_base=is_base)
    files = ((file, file.stat()) for file in sorted((path / folders.PACK).glob("*")))
    stamps = tuple((file.name, stat.st_mtime_ns, stat.st_size) for file, stat in files)
    return _read_again(path, written, stamps, is_base=is_base)


@lru_cache(maxsize=KEPT)
def _read_again(
    path: Path,
    written: str,
    _stamps: tuple[tuple[str, int, int], ...],
    *,
    is_base: bool,
) -> Mapping[str, Crisis]:
    """Return the crises, cached until the record or a file of the pack changes."""
    record = Record.model_validate_json(written)
    base = load(path / folders.PACK, changes=_changes(record), was_played=True)
    if base.digest != record.pack:
        what = "the pack in the run's folder is not the one that its record names"
        hint = f"put it back as it was, or {advice.how_to_play_again(path, record)}"
        raise DetenteError(what, where=str(path / folders.PACK), hint=hint)
    crises = {BASE: base} if is_base else with_options(base, record.settings)
    if any(_digest_numbers(one) != record.options[key].resolved for key, one in crises.items()):
        what = "the version that made the run had other defaults or other numbers for systems"
        raise advice.of_another(path, record, what=what, instead="show reads what it holds")
    return crises


def has_options(path: Path) -> bool:
    """Return whether the pack in a run's folder has options; False if it cannot be read."""
    try:
        pack = merge(read(path / folders.PACK).files)
    except DetenteError:
        return False
    return bool(pack.tree.get("options"))


def with_options(crisis: Crisis, settings: Settings) -> dict[str, Crisis]:
    """Return the crisis without a change and under each option to be played."""
    crises = {BASE: crisis}
    for name in settings.options:
        if name == BASE:
            continue
        if name not in crisis.options:
            raise DetenteError(
                f"the pack has no option {name!r}",
                where=crisis.name,
                hint="start again: detente run PACK",
            )
        crises[name] = crisis.with_changes(crisis.options[name].change)
    return crises


def identity(crisis: Crisis) -> dict[str, str]:
    """Return the fields that identify a crisis, for JSON."""
    return {
        "pack": crisis.text.name,
        "name": crisis.name,
        "title": crisis.title,
        "as_of": crisis.as_of.isoformat(),
        "digest": crisis.digest,
    }


def plain(value: Change) -> Plain:
    """Return a change as the record stores it: a date becomes text."""
    return value.isoformat() if isinstance(value, date) else value


def _changes(record: Record) -> dict[str, Change]:
    return {field: records.dated(value) for field, value in record.settings.changes.items()}


def _resolve(crisis: Crisis) -> dict[str, Any]:
    """Return every number of a crisis, its distribution and sources included, for JSON."""
    numbers = {
        field: {key: getattr(number, key) for key in KNOWN}
        for field, number in crisis.numbers.items()
    }
    changes = {field: plain(value) for field, value in crisis.changes.items()}
    return {
        "schema": "detente/resolved/1",
        "name": crisis.name,
        "changes": changes,
        "numbers": numbers,
    }


def _digest_numbers(crisis: Crisis) -> str:
    return records.digest_of(_resolve(crisis))


def _count_evidence(crisis: Crisis) -> dict[str, int]:
    """Count the numbers by their origin: claims, past crises, assumptions, or the program.

    `given` counts numbers whose size a claim states.
    """
    given = sum(bool(number.gives) for number in crisis.numbers.values())
    counts = {"numbers": len(crisis.numbers), "given": given}
    counts |= dict.fromkeys(("claims", CALIBRATED, "assumed", "general"), 0)
    for number in crisis.numbers.values():
        because = set(number.because)
        if CALIBRATED in because:
            counts[CALIBRATED] += 1
        elif because & GENERAL:
            counts["general"] += 1
        else:
            counts["claims" if because else "assumed"] += 1
    return counts
