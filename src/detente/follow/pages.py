"""The weekly page in `serve`: news of a followed crisis."""

import shlex
from pathlib import Path
from urllib.parse import quote

from detente.errors import DetenteError
from detente.follow.chain import NAME
from detente.follow.monday import monday
from detente.follow.monday_page import section
from detente.follow.writing import register
from detente.text import show
from detente.views.register import Destination
from detente.views.served import Elsewhere, FilledTemplate, Page, PageRequest, RoomPages

HERE = "/monday"
FIRST = "followed"
"""Default folder of a followed crisis."""


def overview(asked: PageRequest) -> FilledTemplate:
    """Show the page of the followed crisis, or a list if there are several."""
    folders = _followed()
    if len(folders) == 1:
        return _shown(asked, next(iter(folders)))
    return FilledTemplate("followed.html", {"followed": list(folders)})


def one(asked: PageRequest) -> FilledTemplate:
    """Show the page of one of the followed crises."""
    return _shown(asked, asked.parts["followed"])


def follow(asked: PageRequest) -> Elsewhere:
    """Register the forecasts of a run, and lead to the page of news."""
    folder = _folder(asked.parts["followed"]) if asked.parts else Path(FIRST)
    register(folder, asked.served.known(asked.form.text("run")).run)
    return Elsewhere(f"{HERE}/{quote(folder.name)}")


def _followed() -> dict[str, Path]:
    """Return the folders of followed crises in the current folder, the only ones served."""
    inside = sorted(path for path in Path().iterdir() if path.is_dir())
    return {
        path.name: path
        for path in inside
        if any(NAME.fullmatch(one.name) and one.is_file() for one in path.glob("*.json"))
    }


def _folder(name: str) -> Path:
    folder = _followed().get(name)
    if folder is None:
        known = ", ".join(_followed()) or "none"
        hint = f"it must lie in the folder in which serve was started; found there: {known}"
        raise DetenteError("no followed crisis is called that", where=show(name), hint=hint)
    return folder


def _shown(asked: PageRequest, name: str) -> FilledTemplate:
    folder = _folder(name)
    since, on = (asked.query.get(key, "") or None for key in ("since", "on"))
    found = monday(folder, since=since, on=on)
    days = list(dict.fromkeys(entry.date for entry in found.tracked.chain.registrations))
    between = f"--since {found.since} --on {found.on}"
    command = f"detente monday {shlex.quote(name)} {between} --docx"
    given = {"section": section(found), "found": found, "days": days, "command": command}
    return FilledTemplate("monday.html", {**given, "address": f"{HERE}/{quote(name)}"})


PAGES = RoomPages(
    (
        Page(HERE, overview),
        Page(HERE, follow, "POST"),
        Page(f"{HERE}/{{followed}}", one),
        Page(f"{HERE}/{{followed}}", follow, "POST"),
    ),
    Path(__file__).parent / "templates",
    (Destination("Do and watch", "Monday", HERE),),
)
