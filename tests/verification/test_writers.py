"""Writers of one run at once, with the stand-in for the kernel."""

from concurrent.futures import ThreadPoolExecutor

from detente.ensemble import runners
from tests.standin import KERNEL
from verification.engine import writers
from verification.engine.writers import THREADS, meet


def test_writers_of_one_run_lose_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)
    known = writers.prepare(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        met = meet(known, THREADS, 1, pool)

    assert met.wrong == []
