import json
import os

import pytest

from detente.cli import main, terminal

BAD = [
    ["run"],
    ["run", "no-such-pack"],
    ["run", "./no-such-folder"],
    ["run", "oman-2026", "--futures", "0"],
    ["run", "oman-2026", "--futures", "many"],
    ["run", "oman-2026", "--worlds", "0"],
    ["run", "oman-2026", "--seed", "-1"],
    ["run", "oman-2026", "--threads", "0"],
    ["run", "oman-2026", "--chunk", "0"],
    ["run", "oman-2026", "--grid", "huge"],
    ["run", "oman-2026", "--horizon", "0"],
    ["run", "oman-2026", "--horizon", "731"],
    ["run", "oman-2026", "--options", "no_such_option"],
    ["run", "oman-2026", "--options", ","],
    ["run", "oman-2026", "--set", "talks.fade_rate"],
    ["run", "oman-2026", "--set", "talks.no_such=1"],
    ["run", "oman-2026", "--set", "talks.fade_rate=-1"],
    ["run", "oman-2026", "--set", "talks.fade_rate=.1", "--set", "talks.fade_rate=.2"],
    ["run", "oman-2026", "--no-such-option"],
    ["run", "--resume"],
    ["run", "--resume", "nowhere"],
    ["run", "--resume", "nowhere", "--seed", "2"],
    ["run", "--resume", "nowhere", "--futures", "9"],
    ["run", "oman-2026", "--until", "war"],
    ["run", "oman-2026", "--until", "wars=1%"],
    ["show"],
    ["show", "nowhere"],
    ["trace", "nowhere", "--future", "0:0"],
    ["trace", "--future", "x"],
    ["causes", "nowhere"],
    ["causes", "nowhere", "--future", "0:0"],
    ["check", "no-such-pack"],
    ["evidence", "no-such-pack"],
    ["lab", "rates"],
    ["lab", "rates", "nowhere.csv"],
    ["new", "Not A Name"],
    ["new", "../elsewhere"],
    ["no-such-command"],
    ["help"],
    ["lab"],
    ["check", ""],
    ["check", "./"],
    ["diff", ".", ".."],
    ["run", "./" + "x" * 300],
]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_bad_input_is_reported_in_words_with_status_2_and_leaves_nothing(here, capsys, arguments):
    status = main(arguments)
    printed = capsys.readouterr()

    assert status == 2
    assert printed.out == ""
    assert printed.err.startswith("detente: ")
    assert "Traceback" not in printed.err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_bad_input_in_json_is_one_object(capsys, arguments):
    status = main([*arguments, "--json"])
    content = json.loads(capsys.readouterr().out)

    assert status == 2
    assert set(content) == {"error"}
    assert set(content["error"]) == {"what", "where", "hint"}
    assert content["error"]["what"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["help"], ["No such command 'help'", "detente --help shows"]),
        (["chekc"], ["Did you mean 'check'?", "detente --help shows"]),
        (["--foo", "run"], ["--foo", "detente --help shows"]),
        (["lab"], ["Missing command", "detente lab --help shows"]),
        (["lab", "schma"], ["Did you mean 'schema'?", "detente lab --help shows"]),
        (["lab", "schema", "--drft", "4"], ["--draft", "detente lab schema --help shows"]),
        (["check"], ["PACK", "detente check --help shows"]),
    ],
    ids=str,
)
def test_a_slip_of_the_pen_is_answered_with_the_help_that_puts_it_right(capsys, typed, words):
    status = main(typed)
    reported = capsys.readouterr().err

    assert status == 2
    assert [word for word in words if word not in reported] == []


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (["--futures", "1e4"], "Invalid value for '--futures': not a whole number"),
        (["--grid", "huge"], "'huge' is not one of 'tiny', 'coarse', 'normal', 'fine'"),
        (["--set", "war.surprise=1"], "state it in the pack; detente does not seek the best"),
    ],
    ids=str,
)
def test_a_value_that_cannot_be_is_reported_in_plain_words(capsys, setting, words):
    main(["run", "oman-2026", *setting])
    reported = capsys.readouterr().err

    assert words in reported
    assert "Value error" not in reported


@pytest.mark.parametrize("horizon", ["0", "731"])
@pytest.mark.parametrize("command", [["run"], ["run", "--dry-run"], ["solve"]], ids=str)
def test_every_command_names_the_same_bounds_of_a_horizon(capsys, command, horizon):
    main([*command, "oman-2026", "--horizon", horizon])

    words = f"detente: horizon is {horizon}; use a whole number from 1 to 730\n"
    assert capsys.readouterr().err == words


@pytest.mark.parametrize(
    "asked",
    [
        ["check", "pipe.toml"],
        ["run", "pack"],
        ["evidence", "oman-2026", "--document", "pipe.toml"],
        ["lab", "rates", "pipe.toml"],
        ["check", "/dev/zero"],
        ["show", "run"],
    ],
    ids=" ".join,
)
def test_a_pipe_or_device_in_place_of_a_file_is_not_waited_for(here, capsys, asked):
    os.mkfifo("pipe.toml")
    for folder, name in (("pack", "a.toml"), ("run", "record.json")):
        (here / folder).mkdir()
        os.mkfifo(here / folder / name)

    status = main([word.replace("pack", "./pack") for word in asked])

    assert status == 2
    assert "it is no regular file" in capsys.readouterr().err


def test_a_folder_given_by_its_name_alone_is_answered_with_its_path(here, capsys):
    (here / "mine").mkdir()
    main(["check", "mine"])

    assert "write ./mine" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["show", "trace"])
def test_a_file_in_place_of_a_run_is_reported_to_be_one(here, capsys, command):
    (here / "notes.txt").write_text("no run")
    status = main([command, "notes.txt"])

    assert status == 2
    assert "notes.txt: is no bundle of a run" in capsys.readouterr().err


def test_a_near_name_is_suggested(capsys):
    main(["run", "oman-2026", "--options", "hotlin"])

    assert "did you mean hotline?" in capsys.readouterr().err


def test_a_folder_in_use_says_how_to_go_on(here, capsys):
    (here / "stored").mkdir()
    (here / "stored" / "thesis.txt").write_text("years of work")

    status = main(["run", "oman-2026", "-o", "stored"])

    assert status == 2
    assert "--overwrite" in capsys.readouterr().err


def test_faults_of_a_pack_are_listed_with_their_places(here, capsys):
    (here / "mine.toml").write_text('format = 2\nname = "mine"\ntitle = 3\n')

    status = main(["run", "mine.toml"])

    assert status == 2
    assert "mine.toml:3:" in capsys.readouterr().err


def test_a_traceback_is_shown_when_it_is_asked_for(capsys, monkeypatch):
    monkeypatch.setenv("DETENTE_DEBUG", "1")

    main(["show", "nowhere"])

    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[reported] by [bold]", "[reported] by [bold]"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("line\nbreak\ttab", "line break tab"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("Türkiye · 伊朗", "Türkiye · 伊朗"),
    ],
)
def test_text_from_files_cannot_steer_the_terminal(text, shown):
    assert terminal.clean(text) == shown


def test_a_disk_that_fails_while_the_compiled_model_is_sought_is_reported_in_words(
    capsys, monkeypatch
):
    def without_a_place(*_, **__):
        raise RuntimeError("cannot cache function 'x': no locator available for file 'x.py'")

    monkeypatch.setattr("detente.pack.load", without_a_place)
    status = main(["check", "oman-2026"])
    reported = capsys.readouterr().err

    assert status == 2
    assert reported.startswith("detente: cache: the disk failed")
    assert "XDG_CACHE_HOME" in reported
