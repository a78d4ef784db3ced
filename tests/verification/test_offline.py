import json
import os
import pickle

import pytest

from verification import offline
from verification.offline import CANARY, PAYLOAD, Seen, Watch, faults, make_pack, watch


@pytest.mark.parametrize("command", [("check",), ("evidence",), ("check", "--resolved")])
def test_commands_on_an_armed_pack_neither_connect_nor_run_it(tmp_path, command):
    pack = make_pack(tmp_path)

    status, seen = watch((*command, str(pack)), tmp_path)

    assert PAYLOAD in (pack / "options.toml").read_text()
    assert status == 0
    assert {"exec", "import"} <= {one.event for one in seen}
    assert list(faults(seen, tmp_path)) == []


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("socket.connect", "('192.0.2.1', 80)"),
        ("subprocess.Popen", "ls"),
        ("os.system", "ls"),
        ("pickle.find_class", "os system"),
        ("compile", f"text {CANARY}"),
        ("exec", "/pack/crisis.toml"),
        ("ctypes.dlopen", "/pack/code.so"),
    ],
)
def test_what_no_command_may_do_is_told(tmp_path, event, told):
    seen = [Seen(event, told.replace("/pack", str(tmp_path)), is_from_cache=False)]

    assert len(list(faults(seen, tmp_path))) == 1


def test_a_text_that_was_run_is_told(tmp_path):
    (tmp_path / CANARY).mkdir()

    assert list(faults([], tmp_path)) == ["a text of the pack was run"]


def test_compiled_code_of_the_cache_may_be_unpickled(tmp_path):
    assert list(faults([Seen("pickle.find_class", "numba", is_from_cache=True)], tmp_path)) == []


def test_what_is_unpickled_elsewhere_is_seen_as_such():
    seen = Watch()

    seen("pickle.find_class", ("os", "system"))
    seen("open", ("file", "r"))

    assert seen.seen == {Seen("pickle.find_class", "os  system ", is_from_cache=False)}


SPY = """
import os, pickle, socket, sys
from verification.offline import Watch
watch = Watch()
sys.addaudithook(watch)
exec(compile(sys.argv[1], sys.argv[2], "exec"))
print(sorted(one.event for one in watch.seen))
"""


@pytest.mark.parametrize(
    ("deed", "event"),
    [
        ("socket.socket().close()", "socket.__new__"),
        ("os.system('true')", "os.system"),
        (f"pickle.loads({pickle.dumps(os.getcwd)!r})", "pickle.find_class"),
    ],
)
def test_the_interpreter_reports_what_is_watched(tmp_path, deed, event):
    done = offline.subprocess.run(
        [offline.sys.executable, "-c", SPY, deed, str(tmp_path / "file")],
        env={**os.environ, "PYTHONPATH": str(offline.Path(offline.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )

    assert event in done.stdout


def test_an_open_cache_is_told(tmp_path, monkeypatch):
    tmp_path.chmod(0o755)
    monkeypatch.setattr(offline, "cache_root", lambda: tmp_path)

    assert list(offline.cache_faults()) == [f"the cache {tmp_path} is not the user's alone"]


def test_a_folder_with_something_in_it_is_refused(tmp_path, capsys):
    (tmp_path / "mine").write_text("kept")

    with pytest.raises(SystemExit):
        offline.main([str(tmp_path)])
    assert "is not empty; name a new folder" in capsys.readouterr().err


def test_a_command_that_fails_or_connects_is_counted(tmp_path, monkeypatch, capsys):
    connected = Seen("socket.connect", "('192.0.2.1', 80)", is_from_cache=False)
    monkeypatch.setattr(offline, "watch", lambda *_: (2, [connected]))
    monkeypatch.setattr(offline, "commands", lambda *_: (("check", "pack"),))

    assert offline.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "  check: socket.connect ('192.0.2.1', 80)",
        "  check: ended with status 2",
    ]
    assert json.dumps(connected)
