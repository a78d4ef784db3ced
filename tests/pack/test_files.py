"""A pack is found by the name of one that ships, or by its path."""

import os
from errno import ENOSPC
from pathlib import Path

import pytest

from detente import pack
from detente.errors import DetenteError, PackFaults, UnknownPackError
from detente.pack.toml import value_at

MINIMAL = Path(__file__).parents[1] / "cases" / "valid" / "minimal"
FILES = [MINIMAL / f"{name}.toml" for name in ("who", "dispute", "force", "evidence", "options")]


def test_a_path_reaches_what_is_there_and_no_farther():
    tree = {"packages": ({"rate": 1},), "name": "text"}

    assert value_at(tree, ("packages", 0, "rate")) == 1
    assert value_at(tree, ("packages", 1)) is None
    assert value_at(tree, ("packages", 0, "rates")) is None
    assert value_at(tree, ("name", 0)) is None


def test_the_shipped_packs_are_named_and_the_answers_of_kinds_are_none():
    assert "oman-2026" in pack.shipped()
    assert "kinds" not in pack.shipped()


@pytest.mark.parametrize("name", pack.shipped())
def test_every_shipped_pack_bears_the_name_it_ships_under(name: str):
    assert pack.load(name).name == name


@pytest.mark.parametrize("name", pack.shipped())
def test_every_shipped_pack_says_in_its_own_words_what_a_deal_comes_to(name: str):
    model = pack.load(name).model

    assert all(part.steps for part in (*model.issues.values(), model.relief))


def test_an_actor_may_be_called_as_a_form_of_numbers_is(tmp_path: Path):
    for file in FILES:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    actor = '[actors.gamma]\nname = "Gamma"\nroles = ["mediator"]\n'
    (tmp_path / "more.toml").write_text(actor, encoding="utf-8")

    assert "gamma" in pack.load(tmp_path).model.actors


@pytest.mark.parametrize("typed", ["oman2026", "oman-2025", "Oman-2026", "omna-2026"])
def test_an_unknown_name_is_answered_with_the_nearest(typed: str):
    with pytest.raises(UnknownPackError) as error:
        pack.load(typed)

    assert "did you mean oman-2026?" in error.value.hint


def test_a_name_far_from_all_is_answered_with_all():
    with pytest.raises(UnknownPackError) as error:
        pack.load("zzz")

    assert "oman-2026" in error.value.hint


@pytest.mark.parametrize("place", [".", "./", "../mine", "..", "../"])
def test_the_folder_here_and_the_one_above_are_paths(place: str, tmp_path: Path, monkeypatch):
    folder = pack.new("mine", folder=tmp_path)
    (folder / "runs").mkdir()
    monkeypatch.chdir(folder / "runs" if place in {"..", "../"} else folder)

    assert pack.load(place).name == "mine"


def test_the_name_of_a_folder_here_is_answered_with_its_path(tmp_path: Path, monkeypatch):
    pack.new("mine", folder=tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownPackError) as error:
        pack.load("mine")

    assert "write ./mine" in error.value.hint


def test_a_name_longer_than_any_file_has_is_unknown():
    with pytest.raises(UnknownPackError):
        pack.load("x" * 5000)


def test_a_path_where_nothing_lies_is_reported(tmp_path: Path):
    with pytest.raises(UnknownPackError, match="nothing lies there"):
        pack.load(tmp_path / "absent")


def test_a_folder_without_toml_is_reported(tmp_path: Path):
    with pytest.raises(UnknownPackError, match="no file"):
        pack.load(tmp_path)


def test_a_folder_that_lacks_the_crisis_itself_has_one_fault(tmp_path: Path):
    place = pack.new("mine", folder=tmp_path)
    (place / "crisis.toml").unlink()

    assert [(fault.file, fault.found) for fault in pack.check(place)] == [
        ("evidence.toml", "no file that was read holds the crisis itself")
    ]


def test_folders_within_and_other_files_are_left_alone(tmp_path: Path):
    place = pack.new("mine", folder=tmp_path)
    (place / "notes.txt").write_text("not = [toml", encoding="utf-8")
    (place / ".hidden.toml").write_text("not = [toml", encoding="utf-8")
    (place / "drafts").mkdir()
    (place / "drafts" / "crisis.toml").write_text("not = [toml", encoding="utf-8")

    assert pack.check(place) == ()


def test_the_digest_changes_with_any_byte_and_not_with_changes(tmp_path: Path):
    place = pack.new("mine", folder=tmp_path)
    before = pack.load(place)
    (place / "crisis.toml").write_bytes((place / "crisis.toml").read_bytes() + b"#\n")
    after = pack.load(place)

    assert before.digest != after.digest
    assert before.with_changes({"incidents.hotline": 1}).digest == before.digest


def test_a_new_pack_passes_its_check_and_bears_its_name(tmp_path: Path):
    place = pack.new("border-2031", folder=tmp_path)

    assert pack.check(place) == ()
    assert pack.load(place).name == "border-2031"
    assert sorted(file.name for file in place.iterdir()) == [
        ".answers.toml",
        "crisis.toml",
        "evidence.toml",
        "pack.schema.json",
    ]
    assert all(
        file.read_text().startswith("#:schema ./pack.schema.json\n")
        for file in place.glob("[a-z]*.toml")
    )


def test_a_new_pack_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail_for_lack_of_space)
        with pytest.raises(DetenteError, match="No space left"):
            pack.new("mine", folder=tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert pack.new("mine", folder=tmp_path).is_dir()


def fail_for_lack_of_space(_handle: int):
    raise OSError(ENOSPC, os.strerror(ENOSPC))


def test_a_new_pack_does_not_write_over_another(tmp_path: Path):
    pack.new("mine", folder=tmp_path)

    with pytest.raises(DetenteError, match="already there"):
        pack.new("mine", folder=tmp_path)


@pytest.mark.parametrize(
    "name", ["", "Mine", "my pack", "../mine", "a/b", "-x", "x" * 65, "x.toml"]
)
def test_a_name_that_cannot_be_one_is_refused(name: str, tmp_path: Path):
    with pytest.raises(DetenteError, match="not a name"):
        pack.new(name, folder=tmp_path)


def test_what_cannot_be_read_is_reported_with_its_place(tmp_path: Path, monkeypatch):
    place = pack.new("mine", folder=tmp_path)

    def fail(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(DetenteError, match="cannot be read: Permission denied") as error:
        pack.load(place)

    assert error.value.where.startswith(str(place))


def test_a_folder_that_cannot_be_listed_is_reported(tmp_path: Path, monkeypatch):
    def fail(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", fail)
    with pytest.raises(DetenteError, match="cannot be read"):
        pack.load(tmp_path)


def test_a_new_pack_that_cannot_be_written_is_reported(tmp_path: Path):
    with pytest.raises(DetenteError, match="cannot be written"):
        pack.new("mine", folder=tmp_path / "absent")


@pytest.mark.parametrize("name", pack.shipped())
def test_a_pack_from_one_that_ships_differs_in_its_name_alone(name: str, tmp_path: Path):
    place = pack.new("mine", folder=tmp_path, start=name)
    copy, original = pack.load(place).files, pack.load(name).files
    renamed = {file: text.replace(b'"mine"', f'"{name}"'.encode()) for file, text in copy.items()}

    assert pack.load(place).name == "mine"
    assert renamed == original


@pytest.mark.parametrize(
    "old",
    ['name = "minimal"', "name = 'minimal' # said", '"name"="""minimal"""', 'name="""\nminimal"""'],
)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_name_is_changed_however_it_is_written(old: str, mark: str, end: str, tmp_path: Path):
    text = (MINIMAL / "who.toml").read_text(encoding="utf-8").replace('name = "minimal"', old)
    start = tmp_path / "start"
    start.mkdir()
    for file in MINIMAL.iterdir():
        (start / file.name).write_bytes(file.read_bytes())
    (start / "who.toml").write_bytes((mark + text.replace("\n", end)).encode())
    place = pack.new("mine", folder=tmp_path, start=start)

    assert pack.load(start).name == "minimal"
    assert pack.load(place).name == "mine"
    assert pack.load(place).model.actors == pack.load(start).model.actors


def test_a_pack_of_one_file_can_be_started_from(tmp_path: Path):
    text = b"".join(file.read_bytes() + b"\n" for file in FILES)
    (tmp_path / "whole.toml").write_bytes(text)
    place = pack.new("mine", folder=tmp_path, start=tmp_path / "whole.toml")

    assert pack.load(place).name == "mine"
    assert [file.name for file in place.iterdir()] == ["whole.toml"]


def test_a_pack_with_faults_is_not_started_from(tmp_path: Path):
    start = pack.new("start", folder=tmp_path)
    (start / "options.toml").write_text("[options.a]\n", encoding="utf-8")

    with pytest.raises(PackFaults):
        pack.new("mine", folder=tmp_path, start=start)
    assert not (tmp_path / "mine").exists()


def test_a_pack_that_is_not_there_is_not_started_from(tmp_path: Path):
    with pytest.raises(UnknownPackError):
        pack.new("mine", folder=tmp_path, start="absent")
    assert not (tmp_path / "mine").exists()
