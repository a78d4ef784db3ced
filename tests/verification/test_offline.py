import pytest

from verification.engine.offline import (
    COMPILING,
    PAYLOAD,
    STARTED,
    Seen,
    faults,
    make_pack,
    watch,
)


@pytest.mark.parametrize("command", [("check",), ("evidence",), ("check", "--resolved")])
def test_commands_on_an_armed_pack_neither_connect_nor_run_it(tmp_path, command):
    pack = make_pack(tmp_path)

    status, seen = watch((*command, str(pack)), tmp_path)

    assert PAYLOAD in (pack / "options.toml").read_text()
    assert status == 0
    assert {"exec", "import"} <= {one.event for one in seen}
    assert list(faults(seen, tmp_path)) == []


def test_the_one_program_that_may_be_started_is_the_compiler(tmp_path):
    started = [Seen(STARTED, f"python {line}", False) for line in (COMPILING, "['-c', 'print']")]

    assert list(faults(started, tmp_path)) == ["subprocess.Popen python ['-c', 'print']"]
