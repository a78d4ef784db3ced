"""Commands that write a crisis down: new, check, explain, list."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import dataclasses
import math
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError, Faults
from detente.text import between

if TYPE_CHECKING:
    from detente.pack import Crisis
    from detente.pack.beginning import BegunPack

NOTED = ("file", "line", "column", "field", "found", "hint")
"""Fields of a fault that a note has."""
MOST_RUNS = 8
"""Most runs listed of each place, newest first, unless all are requested."""
Effects: TypeAlias = Annotated[
    bool,
    typer.Option("--effects", help="List numbers that change nothing; takes some seconds."),
]
Resolved: TypeAlias = Annotated[
    bool,
    typer.Option("--resolved", help="Print the pack with every number in it, defaults included."),
]


def new(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="Small letters, digits and -, such as border-2031; asked for if left out.",
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="PACK", help="Copy a pack that ships, or one at a path, renamed."
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help="A small real crisis: strike, blockade, land, fait-accompli, declaration, court.",
        ),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Take the answers from a file, and ask nothing."),
    ] = None,
    article: Annotated[
        Path | None,
        typer.Option(
            "--from-article", metavar="FILE", help="Show what an article says to each question."
        ),
    ] = None,
) -> terminal.Notice:
    """Write a crisis down as a pack, by eight questions.

    Asks who presses whom, over what, what is demanded, who stands by whom, who mediates, what
    force is at hand, how resolved both are, what kind of crisis it is; then for four judgements.
    Each answer is kept at once. The pack holds the numbers that your answers bear on; all else
    has a default. With the same name it goes on, and offers each answer to be changed.
    With --kind it asks nothing, and writes the pack of a small real crisis.
    """
    from detente.pack.answers import read_answers
    from detente.pack.beginning import BegunPack, begin, proposed
    from detente.pack.beginning import new as write_new

    ways = {"--from": start, "--kind": kind, "--answers": answers, "--from-article": article}
    given = [way for way, value in ways.items() if value is not None]
    if len(given) > 1:
        what = f"not together with {given[0]}"
        raise DetenteError(what, where=given[1], hint="choose one of the two")
    folder = Path()
    if answers is not None:
        name = name or answers.name.split(".")[0]
        return _begun(begin(read_answers(answers), name, folder=folder))
    if start is None and kind is None:
        from detente.cli.questions import ask_all

        named, found = ask_all(name, proposed(article), folder=folder)
        return _begun(begin(found, named, folder=folder))
    if name is None:
        hint = f"say what the pack is to be called: detente new my-crisis {given[0]} ..."
        raise DetenteError("needs a name", where=given[0], hint=hint)
    place = write_new(name, folder=folder, start=start, kind=kind or "strike")
    return _begun(BegunPack(place, is_new=True), start)


def _begun(begun: "BegunPack", start: str | None = None) -> terminal.Notice:
    """Return what was written and what may follow."""
    from detente.pack.toml import dotted

    place = f"./{begun.place}"
    what = ("find its faults", "play it", "edit it on pages, read articles into it, play it")
    commands = tuple(f"detente {verb} {place}" for verb in ("check", "run", "serve"))
    files = sorted(path.name for path in begun.place.iterdir() if path.suffix in {".toml", ".json"})
    content = {"schema": "detente/new/1", "folder": str(begun.place), "files": files}
    content |= {"changed": [dotted(path) for path in begun.changed]}
    following = list(zip(commands, what, strict=True))
    if start is not None:
        says = f"{place}/ holds what {start} says, under its new name; change what differs."
        following.append((shlex.join(["detente", "diff", start, place]), "what you changed"))
    elif begun.is_new:
        says = f"{place}/ holds a pack that runs; what was not asked has a default."
    elif begun.changed:
        says = f"{len(begun.changed)} fields of {place}/ have changed with the answers."
        says += f" As they were: {begun.kept}." if begun.kept else ""
    else:
        says = f"{place}/ says so already; nothing was changed."
    return terminal.Notice({**content, "next": list(commands)}, [says], following)


def list_all(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="List the runs in it and in folders within it."),
    ] = None,
) -> None:
    """List packs and runs.

    The newest 200 runs made with -o are found by a list in your own state folder.
    """
    from detente import pack
    from detente.ensemble.folder import below, in_order, known, remembered

    packs = [
        {"name": crisis.name, "title": crisis.title, "as_of": crisis.as_of.isoformat()}
        for crisis in map(pack.load, pack.shipped())
    ]
    # The runs, the newest first, by where they lie.
    if folder is not None:
        placed = {f"below {folder}": below(folder)}
    else:
        near = known()
        paths = {run.resolve() for run in near}
        others = in_order(run for run in remembered() if run not in paths)
        placed = {"in ./runs": near, "elsewhere": others}
    runs = {where: [_describe(run) for run in reversed(its)] for where, its in placed.items()}
    form = terminal.FORM.get()
    if form.json:
        listed = [one for here in runs.values() for one in here]
        terminal.show_json({"schema": "detente/list/1", "packs": packs, "runs": listed})
        return
    if folder is None:
        terminal.say("Packs that ship", style="bold")
        terminal.show_table([(one["name"], one["title"]) for one in packs], has_head=False)
    for where, here in runs.items():
        if here and folder is None:
            terminal.say()
        if here:
            terminal.say(f"Runs {where}, the newest first", style="bold")
            few = here if form.everything else here[:MOST_RUNS]
            rows = [
                (one["run"], f"{one['futures']:,} courses of events", one["state"]) for one in few
            ]
            terminal.show_table(rows, right=" r", has_head=False)
            if len(here) > len(few):
                terminal.say(f"and {len(here) - len(few)} older ones; --all lists them")
    if not any(runs.values()) and not form.quiet:
        terminal.say()
        terminal.say(f"No runs here yet. Play one: detente run {packs[0]['name']}")


def _describe(folder: Path) -> dict[str, Any]:
    from detente.ensemble.folder import read_growing
    from detente.ensemble.record import read

    try:
        record = read(folder)
        growing = read_growing(folder, record)
    except DetenteError as fault:
        return {"run": str(folder), "pack": "", "futures": 0, "state": f"damaged: {fault.what}"}
    state = "unfinished" if record.outcome is None else "finished"
    if record.outcome is not None and growing is not None:
        state += f"; not yet extended to {growing.settings.played_in_all:,} courses of events"
    futures = record.settings.played_in_all
    return {"run": str(folder), "pack": record.name, "futures": futures, "state": state}


def check(
    pack: parameters.Pack,
    changes: parameters.Changes = None,
    effects: Effects = False,
    resolved: Resolved = False,
) -> Any:
    """Find all faults of a pack.

    Prints each with its file, line and field, the value found and those allowed. The status is 1
    if there are any. Without faults, it notes entries that may be slips. --effects names the
    numbers that change nothing, which is no fault, and --resolved prints a pack that leaves nothing
    to defaults and the catalogue. After detente drivers on a run of the pack, check names the most
    influential numbers without a source, each with a judgement that would narrow it.
    """
    from detente.data import in_json
    from detente.pack.notes import notes
    from detente.pack.outside import views_at
    from detente.pack.writing import resolved as in_full
    from detente.pack.writing import resolved_text

    form = terminal.FORM.get()
    if effects and resolved and not form.json:
        hint = "ask for one of the two, or add --json"
        raise DetenteError("--effects and --resolved cannot be printed as one", hint=hint)
    checked: dict[str, Any] = {"schema": "detente/check/1", "pack": pack, "faults": []}
    checked |= {"notes": [], "without_effect": None, "digest": None}
    try:
        crisis = parameters.load(pack, changes)
        views = views_at(crisis)
    except Faults as error:
        checked["faults"] = [dataclasses.asdict(fault) for fault in error.faults]
        terminal.show_answer(terminal.Notice(checked, list(_faults_in_lines(pack, error))))
        return 1
    idle = None
    if effects:
        from detente.cli.progress import ProgressReport
        from detente.ensemble.effects import WORLDS, without_effect

        if form.shows_progress:
            terminal.warn(f"trying {len(crisis.numbers)} numbers in up to {WORLDS} draws")
        with ProgressReport("trying", "numbers") as report:
            idle = list(without_effect(crisis, progress=report))
    noted = notes(crisis)
    checked["notes"] = [{key: getattr(note, key) for key in NOTED} for note in noted]
    checked |= {"without_effect": idle, "digest": crisis.digest}
    if resolved and not form.json:
        for line in resolved_text(crisis).splitlines():
            terminal.show(line)
        return None
    pinned = _pinned(crisis, checked)
    if resolved:
        checked["resolved"] = in_json(in_full(crisis))  # days are texts, as JSON has none
    following = f"Next: detente run {pack}"
    says = []
    if not form.quiet:
        claims = len(crisis.claims)
        says.append(
            f"{pack}: no faults; {len(crisis.numbers)} numbers with all defaults, "
            f"{claims} claim{'' if claims == 1 else 's'}, {len(crisis.options)} options"
            + (f", and next to it {len(views)} views of others" if views else "")
        )
        says += [f"  {line}" for line in _special_in(crisis)]
        says += [f"  note: {one.place}: {one.field}: {one.found}: {one.hint}" for one in noted]
        says += [f"  {line}" for line in pinned]
    if idle:
        says.append("Without effect, wherever they lie in their ranges:")
        says += [f"  {path}" for path in idle]
    elif idle is not None:
        says.append("Every number has an effect.")
    return terminal.Notice(checked, says if form.quiet else [*says, following])


HOW_TO_PIN = "which numbers decide most is known once a run was played: detente drivers RUN"


def _pinned(crisis: "Crisis", checked: dict[str, Any]) -> list[str]:
    """Return the judgements that would pin decisive numbers, and add them to the JSON."""
    if _were_asked():
        from detente.questions.weigh.pins import pins_of
        from detente.views.weigh import pinned

        pins = pins_of(crisis)
        if pins.run is not None:
            checked["pins"] = pins.as_json()
            return list(pinned(pins))
    return [HOW_TO_PIN]


def _were_asked() -> bool:
    """Return whether drivers were asked of any run here or elsewhere.

    Only looks at the disk, since the reader of runs takes a second to load.
    """
    import platformdirs

    index = platformdirs.user_state_path("detente", appauthor=False) / "runs.txt"
    places = [*Path("runs").glob("*")]
    if index.is_file():
        places += map(Path, index.read_text(encoding="utf-8", errors="replace").splitlines())
    return any((place / "drivers").is_dir() for place in places)


def _faults_in_lines(pack: str, error: Faults) -> Iterator[str]:
    yield from map(str, error.faults)
    yield f"{pack}: {error.counted}"
    file = Path(pack)
    if file.suffix == ".toml" and len(list(file.parent.glob("*.toml"))) > 1:
        folder = shlex.quote(pack.removesuffix(file.name).rstrip("/") or ".")
        yield f"Only this file was read. For all of its folder: detente check {folder}"


LONGER = {"standstill": 1.3, "rulings": 1.4, "taking": 1.3, "blockade": 1.5}
"""Largest factor on the time of solving, by table of a pack (`python -m benchmarks.six`)."""


def _special_in(crisis: "Crisis") -> Iterator[str]:
    """Yield the dated events, and each special rule with its cost in time."""
    from detente.pack.events import window_of

    def played_by(role: str) -> str:
        return crisis.model.actors[crisis.of_role(role)].name

    for key, ruling in crisis.model.rulings.items():
        yield f"{between(*ruling.between)}: {ruling.name} (foreseen by both sides)"
        many = "two" if f"rulings.{key}.for_defender" not in crisis.numbers else "three"
        yield (
            f"uses: a ruling; from its day on the game is solved for {many} results, on a "
            "coarser grid; solving takes up to two fifths longer"
        )
    for event in crisis.events.values():
        first, last = window_of(event)
        day = between(first, last)
        known = "foreseen by both sides" if event.foreseen else "foreseen by nobody"
        changes = ", ".join(f"{name} = {value}" for name, value in event.change.items())
        yield f"{day}: {event.name} ({known}): {changes}"
    if crisis.model.standstill is not None:
        yield "uses: a standstill that either side may offer; solving takes up to a third more time"
    vital = [issue.name for issue in crisis.model.issues.values() if issue.vital]
    if vital:
        yield (
            f"uses: vital issues ({', '.join(vital)}); giving them up puts the giver's leadership "
            "at risk, so that packages move them later. Solving takes no longer"
        )
    blockade = crisis.model.blockade
    if blockade is not None:
        level = blockade.needs_force
        needs = f"force of level {level}" if level else "no force"
        yield (
            f"uses: {blockade.says} ({blockade.kind}), which needs {needs}; solving takes up to "
            "half as long again"
        )
        yield f"  harm to civilians: {blockade.harm}"
        yield f"  disputed legality: {blockade.legality}"
    for issue in crisis.model.issues.values():
        if issue.land:
            yield (
                f"uses: troops on land; in a war one front moves over {issue.name!r}, which "
                f"{played_by(issue.holder or 'defender')} holds on the day. Rules of force ratios "
                "are contested (docs/model.md 7)"
            )
    for issue in crisis.model.issues.values():
        if issue.takeable is not None:
            yield (
                f"uses: a taking without shots; {played_by('challenger')} may take a share of "
                f"{issue.name!r}, which {played_by('defender')} holds on the day. Solving takes a "
                "fifth to a third longer"
            )
    used = [times for table, times in LONGER.items() if getattr(crisis.model, table)]
    if len(used) > 1:
        yield f"all of these together: solving takes up to {math.prod(used):.1f} times as long"


def explain(
    pack: parameters.Pack,
    field: Annotated[
        str,
        typer.Argument(
            metavar="FIELD",
            help="A number by its dotted path, such as talks.fade_rate.",
            autocompletion=parameters.offer_numbers,
        ),
    ],
    changes: parameters.Changes = None,
) -> Any:
    """Explain one input.

    Prints its unit and limits, its value in words, the same number in other packs, the claims that
    it rests on, and which parts of the model it changes. Nothing is played.
    """
    from detente.questions.explaining import explain as look_up

    return look_up(parameters.load(pack, changes), field)
