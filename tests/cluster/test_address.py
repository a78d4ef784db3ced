import errno
import re
import sys

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from detente import DetenteError, Run, causes, replay, resume, simulate
from detente.ensemble import runners
from detente.ensemble.advice import UnfinishedError
from detente.ensemble.folder import place_of
from detente.opening import heard_file
from tests.standin import KERNEL

pytestmark = pytest.mark.filterwarnings("ignore::detente.errors.UnguardedWarning")
SMALL = {"futures": 300, "worlds": 7, "threads": 2, "chunk": 100, "options": ["hotline"]}


class Halt:
    """Stops a run once it has played some futures."""

    def __call__(self, progress):
        if progress.done >= 300:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def usual(tmp_path_factory, crisis):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return simulate(crisis, **SMALL, out=tmp_path_factory.mktemp("usual"))


@pytest.fixture(params=["memory", "local"])
def address(request, tmp_path):
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    return {"memory": "memory://runs/one", "local": f"local://{tmp_path}/one"}[request.param]


def names(folder):
    return sorted(
        path.as_posix().removeprefix(folder.as_posix())
        for path in folder.rglob("*")
        if path.is_file()
    )


def test_a_run_at_an_address_is_that_of_a_folder(crisis, usual, address):
    run = simulate(crisis, **SMALL, out=address)

    assert run.digest == usual.digest
    assert names(run.folder) == names(usual.folder)
    assert str(run.folder) == address


def test_a_run_stopped_at_an_address_goes_on_to_the_same_digest(crisis, usual, address):
    with pytest.raises(KeyboardInterrupt) as stop:
        simulate(crisis, **SMALL, out=address, progress=Halt())
    with pytest.raises(UnfinishedError):
        Run.open(address)

    run = resume(address)

    assert run.digest == usual.digest
    assert names(run.folder) == names(usual.folder)
    assert stop.value.__notes__ == [f"go on with: detente run --resume {address}"]


def test_a_torn_part_at_an_address_is_played_again(crisis, usual, address):
    with pytest.raises(KeyboardInterrupt):
        simulate(crisis, **SMALL, out=address, progress=Halt())
    part = next(iter(place_of(address).rglob("0*.parquet")))
    part.put(b"half of it")

    assert resume(address).digest == usual.digest


def test_a_run_at_an_address_replays_and_is_judged(crisis, usual, address):
    run = simulate(crisis, **SMALL, out=address)

    assert replay(Run.open(address)).is_same
    assert causes(run, worlds=2).digest == causes(usual, worlds=2).digest
    assert (place_of(address) / "causes" / "base" / "000001-tiny-100.wars").is_file()


def test_a_run_at_an_address_is_replaced_only_when_asked_to(crisis, usual, address):
    simulate(crisis, **SMALL, seed=2, out=address)

    with pytest.raises(DetenteError, match="not empty"):
        simulate(crisis, **SMALL, out=address)
    assert simulate(crisis, **SMALL, out=address, overwrite=True).digest == usual.digest


def test_other_files_at_an_address_are_never_removed(crisis, address):
    simulate(crisis, **SMALL, out=address)
    (place_of(address) / "thesis.txt").put(b"years of work")

    with pytest.raises(DetenteError, match="more than a run"):
        simulate(crisis, **SMALL, out=address, overwrite=True)


def test_a_file_address_is_a_folder(tmp_path):
    assert place_of(f"file://{tmp_path}/a%20b") == tmp_path / "a b"


@pytest.mark.parametrize("address", ["file://runs/one", "file://"])
def test_a_file_address_that_is_none_is_refused(address):
    with pytest.raises(DetenteError, match="for example file:///home/me/run"):
        place_of(address)


@pytest.mark.parametrize("path", ["runs/one", "./a:b", "C:\\runs", "a://b"[1:]])
def test_what_is_no_address_is_a_folder(path):
    assert str(place_of(path)) == str(type(place_of("x"))(path))


def test_without_the_extra_an_address_is_refused(monkeypatch):
    monkeypatch.delitem(sys.modules, "detente.cluster.remote", raising=False)
    monkeypatch.setitem(sys.modules, "upath", None)
    monkeypatch.setitem(sys.modules, "upath.extensions", None)

    with pytest.raises(DetenteError, match=re.escape("pip install 'detente[remote]'")) as reported:
        place_of("memory://runs/one")

    assert reported.value.where == "memory://runs/one"


def test_a_missing_driver_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "gcsfs", None)

    with pytest.raises(DetenteError, match=r"driver is missing: .*gcsfs"):
        place_of("gs://bucket/run")


def test_an_unknown_file_system_is_refused():
    with pytest.raises(DetenteError, match=r"cannot be reached: .*nowhere"):
        place_of("nowhere://bucket/run")


class DriverError(Exception):
    """What a driver raises that knows no OSError."""


class Unwilling(MemoryFileSystem):
    """A file system that fails in the way, and from the call, that a test asks for."""

    protocol = "unwilling"
    cachable = False
    fault = PermissionError("Access Denied")
    left = 0

    @classmethod
    def _strip_protocol(cls, path):
        return super()._strip_protocol(path.replace("unwilling://", "memory://"))

    @classmethod
    def count(cls):
        cls.left -= 1
        if cls.left < 0:
            raise cls.fault

    def info(self, path, **options):
        self.count()
        return super().info(path, **options)

    def open(self, path, mode="rb", **options):
        self.count()
        return super().open(path, mode, **options)

    def pipe_file(self, path, value, **options):
        self.count()
        return super().pipe_file(path, value, **options)


@pytest.fixture
def unwilling():
    fsspec.register_implementation("unwilling", Unwilling, clobber=True)
    MemoryFileSystem.store.clear()
    Unwilling.left = 0
    return Unwilling


FAULTS = [
    PermissionError("Access Denied"),
    OSError(errno.ENETUNREACH, "Network is unreachable"),
    DriverError("could not connect to the endpoint"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_an_address_that_cannot_be_read_says_why(unwilling, fault):
    unwilling.fault = fault

    with pytest.raises(DetenteError, match=re.escape(getattr(fault, "strerror", 0) or str(fault))):
        Run.open("unwilling://runs/one")


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("after", [0, 3, 8, 14, 20])
def test_an_address_that_fails_leaves_nothing_or_a_run_that_can_go_on(
    crisis, usual, unwilling, fault, after
):
    unwilling.fault, unwilling.left = fault, after
    with pytest.raises((DetenteError, OSError)) as failed:
        simulate(crisis, **SMALL, out="unwilling://runs/one")
    unwilling.left = 10**9

    assert str(getattr(fault, "strerror", 0) or fault) in str(failed.value)
    if isinstance(failed.value, UnfinishedError):
        assert resume("unwilling://runs/one").digest == usual.digest


class Failing:
    """A file of which the reading fails."""

    def read(self, _length):
        raise DriverError("connection lost")

    def close(self):
        pass


def test_a_file_that_is_lost_while_it_is_read_says_where():
    with pytest.raises(OSError, match="connection lost") as lost:
        heard_file(Failing(), "s3://bucket/run/record.json").read()

    assert lost.value.filename == "s3://bucket/run/record.json"
