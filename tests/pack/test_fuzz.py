"""Whatever a file holds, the reader answers with faults or a message, never with a traceback."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente import pack
from detente.errors import DetenteError

WHO = (Path(__file__).parents[1] / "cases" / "valid" / "minimal" / "who.toml").read_bytes()
PIECES = (b"=", b"[", b"]", b"{", b"}", b'"', b"'", b".", b"\n", b"#", b"\\u202e", b"nan", b"-1e9")
PIECES += (b"[[actors]]", b"actors = 1", b"2031-01-01", b"true", b"\x00", b"\xff", b"range", b"[]")

calm = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)


def checked(folder: Path, content: bytes) -> bool:
    (folder / "crisis.toml").write_bytes(content)
    try:
        return all(fault.line >= 1 for fault in pack.check(folder))
    except DetenteError:
        return True


@calm
@given(content=st.binary(max_size=300))
def test_random_bytes_never_break_the_reader(content: bytes, tmp_path: Path):
    assert checked(tmp_path, content)


@calm
@given(place=st.integers(0, len(WHO)), length=st.integers(0, 40), piece=st.sampled_from(PIECES))
def test_a_damaged_pack_never_breaks_the_reader(
    place: int, length: int, piece: bytes, tmp_path: Path
):
    assert checked(tmp_path, WHO[:place] + piece + WHO[place + length :])
