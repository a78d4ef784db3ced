"""A new pack: the files that a stranger fills in."""

import re
from pathlib import Path

from detente.errors import DetenteError
from detente.pack import files

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
TEMPLATE_NAME = b'name = "template"'


def new(name: str, *, folder: Path) -> Path:
    """Write a commented pack that passes its check into a new folder of this name.

    Raises `DetenteError` if the name cannot be one, the folder is there, or it cannot be written.
    """
    if not NAME.fullmatch(name):
        hint = "use small letters, digits and -, such as border-2031"
        raise DetenteError("not a name for a pack", where=name, hint=hint)
    place = folder / name
    try:
        place.mkdir()
        for file, text in files.template().items():
            renamed = text.replace(TEMPLATE_NAME, f'name = "{name}"'.encode())
            renamed = renamed.replace(b"./NAME", f"./{name}".encode())
            (place / file).write_bytes(renamed)
    except FileExistsError as error:
        hint = "choose another name, or move the folder away"
        raise DetenteError("already there", where=str(place), hint=hint) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "check space and access"
        raise DetenteError(f"cannot be written: {reason}", where=str(place), hint=hint) from error
    return place
