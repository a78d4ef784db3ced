"""What a page is: it answers what a browser asks, whichever server stands in front.

A room lists its pages as a `RoomPages`, to which the entry point `detente.pages` leads. It knows no
server: a page is an address and a plain function from a `PageRequest` to what is answered, a
template with what it is given (`FilledTemplate`) or another address (`Elsewhere`). What a user can
put right is raised as `DetenteError`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Protocol, TypeAlias

from detente.ensemble.runners import Listener
from detente.errors import DetenteError
from detente.pack import files, shipped
from detente.pack.crisis import Reading, read_crisis
from detente.pack.files import PackText
from detente.views.material import Material
from detente.views.register import Destination

Work: TypeAlias = Callable[[Listener], str | None]
"""What takes its time; it may return the address at which its result is shown."""


class ServedPack(NamedTuple):
    """A pack that a page is about."""

    place: str
    text: PackText
    reading: Reading

    @property
    def title(self) -> str:
        """Return what its crisis is called; its name where faults leave that unread."""
        return self.reading.model.title if self.reading.model else self.place

    @property
    def is_shipped(self) -> bool:
        """Say whether it ships, and is copied before it is edited."""
        return self.place in shipped()

    @property
    def folder(self) -> Path:
        """Return where its files lie."""
        there = Path(self.place)
        return there if there.is_dir() else there.parent


@dataclass(frozen=True)
class GuestLink:
    """An address that opens for a browser which is let in nowhere else."""

    key: Annotated[str, "for whom it is; a new link of the same key ends the old one"]
    address: str = field(compare=False)
    reads: Annotated[tuple[str, ...], "other addresses that it may look at"] = field(
        default=(), compare=False
    )


class GuestLinks(Protocol):
    """The links that were given to guests."""

    def give(self, link: GuestLink) -> str:
        """Make a token that opens a link once; what opened it before ends."""

    def show(self, link: GuestLink) -> str | None:
        """Return the token of a link, once; None if it was shown, or there is none."""

    def end(self, link: GuestLink) -> None:
        """End what opens a link."""

    def state(self, link: GuestLink) -> str:
        """Return how far a link is, in words."""


class Served(Protocol):
    """What is served: a pack, runs by their keys, and what is worked on behind the pages."""

    pack: str | None

    def known(self, key: str) -> Material:
        """Return a run with what is worked out of it."""

    def begin(self, title: str, work: Work, *, shown_at: str) -> str:
        """Begin to work on something; return the address at which it is followed."""


@dataclass(frozen=True)
class Form:
    """What a browser sent: texts and documents, by the names of their fields."""

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    documents: Annotated[
        Mapping[str, tuple[tuple[str, bytes], ...]], "each with the name of its file"
    ] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        """Say whether a text was sent."""
        return name in self.texts

    def text(self, name: str, default: str = "") -> str:
        """Return the last text of a name."""
        return self.texts.get(name, (default,))[-1]

    @property
    def last(self) -> dict[str, str]:
        """Return the last text of each name."""
        return {name: texts[-1] for name, texts in self.texts.items() if texts}

    def every(self, name: str) -> tuple[str, ...]:
        """Return all texts of a name, such as of boxes that were ticked."""
        return self.texts.get(name, ())


@dataclass(frozen=True)
class PageRequest:
    """What a browser asks of a page."""

    served: Served
    address: Annotated[str, "without what stands behind ?"]
    server: Annotated[str, "the address of the server, with a stroke at its end"]
    parts: Annotated[Mapping[str, str], "what stands for the names in the page's address"]
    query: Mapping[str, str]
    form: Form
    links: GuestLinks
    guest: Annotated[GuestLink | None, "whose browser asks; None for the user of this machine"]

    @property
    def run(self) -> Material:
        """Return the run that the address names."""
        return self.served.known(self.parts["run"])

    @property
    def pack(self) -> ServedPack:
        """Return the pack that is served, as it is on the disk now."""
        place = self.served.pack
        if place is None:
            hint = "start `detente serve PACK` with the pack to edit"
            raise DetenteError("a run is served here, and no pack", hint=hint)
        text = files.read(place)
        return ServedPack(place, text, read_crisis(text, {}))

    @property
    def above(self) -> str:
        """Return the address without its last part."""
        return self.address.rpartition("/")[0]


class PageRefused(Exception):  # noqa: N818  the page's own word
    """A page that is not there, or does not answer that."""

    def __init__(self, status: int, why: str | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass(frozen=True)
class FilledTemplate:
    """A page that is written from a template."""

    template: str
    given: Mapping[str, Any]
    status: int = 200
    again_after: Annotated[int | None, "after so long it is loaded again by itself [s]"] = None
    then: Annotated[Callable[[], None] | None, "what begins once the page is written"] = None


@dataclass(frozen=True)
class Elsewhere:
    """Another page, to which the browser is led."""

    address: str


@dataclass(frozen=True)
class Page:
    """An address, such as `/run/{run}/tables`, and what answers there."""

    address: str
    answer: Callable[[PageRequest], FilledTemplate | Elsewhere]
    method: Literal["GET", "POST"] = "GET"
    needs_model: Annotated[
        bool | Callable[[PageRequest], bool], "plays worlds, and comes once the model is compiled"
    ] = False
    takes_documents: Annotated[bool, "a form that may hold long texts"] = False


class RoomPages(NamedTuple):
    """The pages of a room, what they are written from, and those that everybody should find.

    Templates extend `base.html`, and may take from `parts.html` and `editing.html`.
    """

    pages: tuple[Page, ...]
    templates: Path
    places: tuple[Destination, ...] = ()
