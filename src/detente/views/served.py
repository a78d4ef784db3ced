"""Pages without a server: each answers a request, whichever web server receives it.

A room lists its pages as a `RoomPages`, found by the entry point `detente.pages`. A page is an
address and a plain function from a `PageRequest` to its response: a template with its values
(`FilledTemplate`) or a redirect (`Elsewhere`). Faults that a user can correct are raised as
`DetenteError`.
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
"""A long task; it may return the address of the page with its result."""


class ServedPack(NamedTuple):
    """The pack that a page shows."""

    place: str
    text: PackText
    reading: Reading

    @property
    def title(self) -> str:
        """Return the title of the crisis, or the pack's name if faults prevent reading it."""
        return self.reading.model.title if self.reading.model else self.place

    @property
    def is_shipped(self) -> bool:
        """Return whether the pack ships, so that it is copied before it is edited."""
        return self.place in shipped()

    @property
    def folder(self) -> Path:
        """Return the folder of the pack's files."""
        path = Path(self.place)
        return path if path.is_dir() else path.parent


@dataclass(frozen=True)
class GuestLink:
    """An address that a guest's browser may open; the guest has no other access."""

    key: Annotated[str, "the guest; a new link with the same key ends the old one"]
    address: str = field(compare=False)
    reads: Annotated[tuple[str, ...], "other addresses that the guest may read"] = field(
        default=(), compare=False
    )


class GuestLinks(Protocol):
    """The links given to guests."""

    def give(self, link: GuestLink) -> str:
        """Return a new token that opens a link once; earlier tokens of the link end."""

    def show(self, link: GuestLink) -> str | None:
        """Return the token of a link once; None if it was shown before, or there is none."""

    def end(self, link: GuestLink) -> None:
        """Revoke the token of a link."""

    def state(self, link: GuestLink) -> str:
        """Return the state of a link in words."""


class Served(Protocol):
    """The content of a server: a pack, runs by key, and tasks in the background."""

    pack: str | None

    def known(self, key: str) -> Material:
        """Return a run with its results."""

    def begin(self, title: str, work: Work, *, shown_at: str) -> str:
        """Start a task in the background; return the address of the page on its progress."""


@dataclass(frozen=True)
class Form:
    """A form sent by a browser: texts and documents, by field name."""

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    documents: Annotated[
        Mapping[str, tuple[tuple[str, bytes], ...]], "names of files and contents"
    ] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        """Return whether a text was sent for a field."""
        return name in self.texts

    def text(self, name: str, default: str = "") -> str:
        """Return the last text of a field."""
        return self.texts.get(name, (default,))[-1]

    @property
    def last(self) -> dict[str, str]:
        """Return the last text of each field."""
        return {name: texts[-1] for name, texts in self.texts.items() if texts}

    def every(self, name: str) -> tuple[str, ...]:
        """Return all texts of a field, such as those of ticked boxes."""
        return self.texts.get(name, ())


@dataclass(frozen=True)
class PageRequest:
    """A request of a browser for a page."""

    served: Served
    address: Annotated[str, "without its query"]
    server: Annotated[str, "address of the server, with a trailing slash"]
    parts: Annotated[Mapping[str, str], "values of the names in the page's address"]
    query: Mapping[str, str]
    form: Form
    links: GuestLinks
    guest: Annotated[GuestLink | None, "the guest; None for the user of this machine"]

    @property
    def run(self) -> Material:
        """Return the run named in the address."""
        return self.served.known(self.parts["run"])

    @property
    def pack(self) -> ServedPack:
        """Return the served pack as it is on disk now."""
        place = self.served.pack
        if place is None:
            hint = "open or copy one on the page The pack"
            raise DetenteError("no pack is open here", hint=hint)
        text = files.read(place)
        return ServedPack(place, text, read_crisis(text, {}))

    @property
    def above(self) -> str:
        """Return the address without its last part."""
        return self.address.rpartition("/")[0]


class PageRefused(Exception):  # noqa: N818  the page's own word
    """A page that does not exist, or that refuses the request."""

    def __init__(self, status: int, why: str | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass(frozen=True)
class FilledTemplate:
    """A response made from a template and its values."""

    template: str
    given: Mapping[str, Any]
    status: int = 200
    again_after: Annotated[int | None, "time after which the browser reloads it [s]"] = None
    then: Annotated[Callable[[], None] | None, "called once the page is sent"] = None


@dataclass(frozen=True)
class Elsewhere:
    """A redirect to another page."""

    address: str


@dataclass(frozen=True)
class Page:
    """An address pattern, such as `/run/{run}/tables`, and the function that answers it."""

    address: str
    answer: Callable[[PageRequest], FilledTemplate | Elsewhere]
    method: Literal["GET", "POST"] = "GET"
    needs_model: Annotated[
        bool | Callable[[PageRequest], bool],
        "whether it plays worlds, so that it waits for the compiled model",
    ] = False
    takes_documents: Annotated[bool, "whether its form may have long texts"] = False


class RoomPages(NamedTuple):
    """The pages of a room, its templates, and its entries in the navigation.

    Templates extend `base.html`, and may import `parts.html` and `editing.html`.
    """

    pages: tuple[Page, ...]
    templates: Path
    places: tuple[Destination, ...] = ()
