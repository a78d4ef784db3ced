"""Configurations are a hundred and more, and one that comes out otherwise is found."""

import json

import pytest

from verification import bits, digests, emulated, plays
from verification.digests import Played, all_ways, places, report, some_ways
from verification.emulated import MissingError
from verification.plays import LEAST, WHOLE, Configuration, Size


def played(count, digest="a" * 64):
    return [Played("here", Configuration(), digest) for _ in range(count)]


def test_every_thread_and_chunk_is_played_and_some_runs_grow():
    ways = all_ways()

    assert {(one.threads, one.chunk) for one in ways} >= {
        (threads, chunk) for threads in (1, 2, 4) for chunk in (1_000, 7_000, 10_000, 50_000)
    }
    assert any(one.begun and one.begun.worlds < WHOLE.worlds for one in ways)
    assert {one.chunk for one in some_ways()} == set(digests.CHUNKS)


def test_places_differ_in_processor_libraries_and_compiler():
    told = {name for place in places([]) for name in place.environment}

    assert {"NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK"} <= told
    assert told <= {
        "NUMBA_BOUNDSCHECK",
        "NUMBA_DISABLE_JIT",
        "NUMBA_CPU_NAME",
        "GLIBC_TUNABLES",
        "NPY_DISABLE_CPU_FEATURES",
        "OPENBLAS_CORETYPE",
    }


def test_a_hundred_of_one_digest_pass():
    assert report(played(100), 0, whole=True) == 0
    assert report(played(98), 2, whole=True) == 0


@pytest.mark.parametrize(
    "found",
    [
        played(99),
        [*played(100), *played(1, "b" * 64)],
        played(100, "none: MemoryError"),
    ],
)
def test_fewer_or_another_digest_fail_the_command(found):
    assert report(found, 0, whole=True) == 1


def test_who_has_another_digest_is_told(capsys):
    report([*played(3), *played(1, "b" * 64)], 0, whole=False)

    assert f"here, 1 threads, parts of 10000: {'b' * 64}" in capsys.readouterr().out


def test_configurations_are_read_as_they_were_written():
    ways = [*all_ways(), Configuration(size=LEAST, more={"cluster": "local"})]

    assert plays.read(plays.written(ways)) == ways


def test_what_is_extended_has_the_digest_of_what_was_begun_with_its_size(monkeypatch):
    monkeypatch.setattr(plays.simulate.__globals__["runners"], "kernel", standin)
    whole = Size(worlds=3, futures=30, horizon=20)
    begun = Size(worlds=2, futures=10, horizon=20)

    grown = plays.digest_of(Configuration(size=whole, chunk=4, begun=begun))

    assert grown == plays.digest_of(Configuration(size=whole))


def standin():
    from tests.standin import KERNEL  # noqa: PLC0415

    return KERNEL


def test_bits_are_the_same_with_the_compiler_and_without():
    known = {
        "draws": "f1",
        "arithmetic": "80",
    }
    found = bits.bits(2_000)

    assert set(found) == set(known)
    assert found == bits.bits(2_000)
    assert bits.bits(4_000)["draws"] != found["draws"]


def test_bits_are_printed_with_their_machine(capsys):
    status = bits.main(["--values", "100"])
    told = json.loads(capsys.readouterr().out)

    assert status == 0
    assert set(told) == {"machine", "draws", "arithmetic"}


def test_what_cannot_be_emulated_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(emulated.shutil, "which", lambda _name: None)

    with pytest.raises(MissingError, match="no apt-get"):
        emulated.lay(tmp_path / "aarch64")


def test_a_difference_on_another_machine_fails(monkeypatch):
    other = json.dumps({"machine": "aarch64", "draws": "0", "arithmetic": "1"})
    monkeypatch.setattr(emulated, "is_foreign", lambda: True)
    monkeypatch.setattr(emulated, "lay", lambda _place: emulated.Emulated((), _place))
    monkeypatch.setattr(emulated.Emulated, "run", lambda *_given: other)

    with pytest.raises(ValueError, match="draws and arithmetic differ on aarch64"):
        digests.emulate(100, [])
