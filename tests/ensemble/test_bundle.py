import json
import os
import shutil
import struct
import zipfile

import pytest

from detente import DetenteError, Run, causes, replay, resume, simulate
from detente.ensemble import bundle, runners
from detente.ensemble.folder import place_of
from tests.sealing import sealed
from tests.standin import KERNEL

SMALL = {"futures": 60, "worlds": 3, "threads": 1, "chunk": 25, "options": ["hotline"]}


@pytest.fixture(scope="module")
def usual(tmp_path_factory, crisis):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return simulate(crisis, **SMALL, out=tmp_path_factory.mktemp("usual"))


@pytest.fixture(scope="module")
def packed(usual, tmp_path_factory):
    path = tmp_path_factory.mktemp("packed") / "run.zip"
    bundle.pack(usual, path)
    return path


@pytest.fixture
def own(usual, tmp_path):
    """Return a run of its own to a test that adds to it."""
    return Run.open(shutil.copytree(usual.folder, tmp_path / "own"))


def entries(path):
    """Return the entries of an archive with what they hold."""
    with zipfile.ZipFile(path) as archive:
        return [(entry, archive.read(entry)) for entry in archive.infolist()]


def write(path, held, compression=zipfile.ZIP_STORED):
    """Write an archive of these entries; return where."""
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in held:
            archive.writestr(entry, content, compression)
    return path


def entry(name):
    made = zipfile.ZipInfo(name)
    made.external_attr = bundle.A_FILE
    return made


def test_a_bundle_says_what_its_run_says(usual, packed):
    run = Run.open(packed)

    assert run.record == usual.record
    assert run.table.equals(usual.table)
    assert str(run.folder) == str(packed)


def test_a_bundle_replays(packed):
    assert replay(Run.open(packed), threads=2).is_same


def test_the_same_run_gives_the_same_bundle(usual, packed, tmp_path, crisis):
    again = simulate(crisis, **SMALL, out=tmp_path / "again")
    (tmp_path / "again" / "record.json").write_bytes((usual.folder / "record.json").read_bytes())
    os.utime(tmp_path / "again" / "resolved.json", (1, 1))
    (tmp_path / "again" / "notes.txt").write_text("left out")
    bundle.pack(again, tmp_path / "again.zip")

    assert (tmp_path / "again.zip").read_bytes() == packed.read_bytes()


def test_a_bundle_of_a_bundle_is_the_same(packed, tmp_path):
    bundle.pack(Run.open(packed), tmp_path / "again.zip")

    assert (tmp_path / "again.zip").read_bytes() == packed.read_bytes()


def test_a_bundle_unpacked_is_the_run(packed, tmp_path):
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)

    assert replay(Run.open(tmp_path)).is_same
    assert resume(tmp_path, futures=90).record.sizes_of("base") == [(3, 20), (3, 30)]


def test_what_was_judged_goes_along(own, tmp_path, monkeypatch):
    judged = causes(own, worlds=2).digest
    bundle.pack(own, tmp_path / "run.zip")
    monkeypatch.setattr(runners, "kernel", None)

    assert causes(Run.open(tmp_path / "run.zip"), worlds=2).digest == judged


def test_what_was_not_judged_is_and_nothing_is_written_to_the_bundle(own, packed):
    before = packed.read_bytes()

    assert causes(Run.open(packed)).digest == causes(own).digest
    assert packed.read_bytes() == before
    assert sorted(path.name for path in packed.parent.iterdir()) == ["run.zip"]


def test_a_bundle_at_an_address_opens(usual, packed):
    place_of("memory://bundles/run.zip").put(packed.read_bytes())

    assert replay(Run.open("memory://bundles/run.zip")).is_same
    assert Run.open("memory://bundles/run.zip").table.equals(usual.table)


def test_a_file_that_is_there_is_not_replaced_unless_asked_to(usual, packed, tmp_path):
    path = tmp_path / "run.zip"
    path.write_text("years of work")

    with pytest.raises(DetenteError, match="is there already; give another name, or add"):
        bundle.pack(usual, path)
    assert path.read_text() == "years of work"
    bundle.pack(usual, path, overwrite=True)
    assert path.read_bytes() == packed.read_bytes()


def test_a_folder_is_never_replaced(usual, tmp_path):
    with pytest.raises(DetenteError, match=r"is there already; give another name$"):
        bundle.pack(usual, tmp_path, overwrite=True)


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_full_disk_leaves_no_bundle(usual, tmp_path, monkeypatch, overwrite):
    monkeypatch.setattr(os, "fsync", fail_for_lack_of_space)

    with pytest.raises(DetenteError, match="No space left"):
        bundle.pack(usual, tmp_path / "run.zip", overwrite=overwrite)
    assert list(tmp_path.iterdir()) == []


def fail_for_lack_of_space(_handle):
    raise OSError(28, os.strerror(28))


@pytest.mark.parametrize("name", ["futures/**/*.parquet", "worlds.parquet", "resolved.json"])
def test_no_bundle_is_made_of_a_damaged_run(packed, tmp_path, name):
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path / "run")
    file = next((tmp_path / "run").glob(name))
    file.write_bytes(file.read_bytes()[:-9])

    with pytest.raises(DetenteError, match="detente run --resume"):
        bundle.pack(Run.open(tmp_path / "run"), tmp_path / "run.zip")
    assert not (tmp_path / "run.zip").exists()


def test_a_bundle_cannot_be_gone_on_with(packed):
    with pytest.raises(DetenteError, match=r"unpack it first: python -m zipfile -e .*run\.zip RUN"):
        resume(packed)


def without_a_part(held):
    return [one for one in held if not one[0].filename.endswith("000001-000000000.parquet")]


def without_the_record(held):
    return held[1:]


def with_a_stranger(name):
    return lambda held: [*held, (entry(name), b"")]


def with_a_link(held):
    link = zipfile.ZipInfo("pack/crisis.toml")
    link.external_attr = 0o120777 << 16
    return [(link, b"/etc/passwd") if one[0].filename == link.filename else one for one in held]


def with_a_long_file(held):
    return [
        (one, bytes(300_000) if one.filename == "pack/crisis.toml" else content)
        for one, content in held
    ]


def with_another_schema(held):
    first, text = held[0]
    return [(first, text.replace(b"detente/record/5", b"detente/record/6")), *held[1:]]


def with_other_settings(held):
    first, text = held[0]
    record = json.loads(text)
    record["settings"]["worlds"] = 4
    return [(first, json.dumps(sealed(record)).encode()), *held[1:]]


STRANGERS = [
    "../../evil.toml",
    "/etc/cron.d/evil",
    "pack/../../evil.toml",
    "pack\\..\\evil.toml",
    "C:/evil.toml",
    "notes.txt",
    "futures/",
    "futures/base/000000-000000000.parquet/",
    "record.json/record.json",
    "pack/nested/crisis.toml",
    "causes/base/000003.parquet",
    "causes/peace/000000.parquet",
    "run.zip",
    "a/" * 30_000,
    "",
]


@pytest.mark.parametrize("name", STRANGERS, ids=lambda name: name[:40] or "no name")
def test_a_bundle_with_anything_else_in_it_is_refused(packed, tmp_path, name):
    path = write(tmp_path / "run.zip", with_a_stranger(name)(entries(packed)))

    with pytest.raises(DetenteError, match="which is no file of its run"):
        Run.open(path)
    assert [one.name for one in tmp_path.iterdir()] == ["run.zip"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (without_a_part, "lacks 'futures/base/000001-000000000.parquet'"),
        (without_the_record, "no record of a run"),
        (with_a_link, "'pack/crisis.toml', which is no plain file"),
        (with_a_long_file, "'pack/crisis.toml', which is larger than it can be"),
        (with_another_schema, "is of another version of detente"),
        (with_other_settings, "lacks 'futures/base/000003-000000000.parquet'"),
    ],
)
def test_a_bundle_that_is_not_as_its_record_says_is_refused(packed, tmp_path, change, says):
    path = write(tmp_path / "run.zip", change(entries(packed)))

    with pytest.raises(DetenteError) as refused:
        Run.open(path)
    assert says in str(refused.value)


def test_a_compressed_archive_is_refused(packed, tmp_path):
    path = write(tmp_path / "run.zip", entries(packed), zipfile.ZIP_DEFLATED)

    with pytest.raises(DetenteError, match=r"'record.json', which is no plain file"):
        Run.open(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_twice_is_refused(packed, tmp_path):
    held = entries(packed)
    path = write(tmp_path / "run.zip", [*held, held[0]])

    with pytest.raises(DetenteError, match="a file twice"):
        Run.open(path)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_refused(tmp_path, content):
    (tmp_path / "run.zip").write_bytes(content)

    with pytest.raises(DetenteError, match=r"run\.zip: (is no bundle|holds no record)"):
        Run.open(tmp_path / "run.zip")


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_a_bundle_cut_short_is_refused(packed, tmp_path, kept):
    whole = packed.read_bytes()
    (tmp_path / "run.zip").write_bytes(whole[: int(kept * len(whole))])

    with pytest.raises(DetenteError, match="is no bundle of a run"):
        Run.open(tmp_path / "run.zip")


@pytest.mark.parametrize("place", range(0, 1000, 97))
def test_a_changed_byte_is_detected_or_harmless(usual, packed, tmp_path, place):
    whole = bytearray(packed.read_bytes())
    whole[len(whole) * place // 1000] ^= 0x55
    (tmp_path / "run.zip").write_bytes(whole)

    found = table_or_none(tmp_path / "run.zip")

    assert found is None or found.equals(usual.table)


def table_or_none(path):
    try:
        run = Run.open(path)
        replay(run)
        return run.table
    except DetenteError:
        return None


def test_files_that_share_their_bytes_are_refused(packed, tmp_path):
    """Each entry of an option points at the bytes of the first: a small file that reads as many."""
    whole = bytearray(packed.read_bytes())
    with zipfile.ZipFile(packed) as archive:
        sizes = {one.filename: one.file_size for one in archive.infolist()}
    place = whole.rindex(b"worlds.parquet") - 46
    large = sizes["worlds.parquet"] + len(whole)
    struct.pack_into("<LL", whole, place + 20, large, large)
    (tmp_path / "run.zip").write_bytes(whole)

    with pytest.raises(DetenteError, match="holds less than its directory says"):
        Run.open(tmp_path / "run.zip")
