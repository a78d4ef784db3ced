"""Checks are run side by side, but for those that use every processor by themselves."""

import threading
import time
from importlib.util import find_spec

from verification.__main__ import CHECKS, Check, Verdict, each

WIDE = [Check(f"wide {number}", is_wide=True) for number in range(3)]
NARROW = [Check(f"narrow {number}") for number in range(4)]


class Performed:
    """Remembers which checks were run at the same time as each."""

    def __init__(self):
        self.lock = threading.Lock()
        self.running = set()
        self.beside = {}

    def __call__(self, check):
        with self.lock:
            self.running.add(check)
            for one in self.running:
                self.beside.setdefault(one, set()).update(self.running)
        time.sleep(0.02)
        with self.lock:
            self.running.remove(check)
        return Verdict(check.name, 0, 0.0, 0.0)


def test_each_check_is_run_once_and_no_two_that_use_every_processor_at_once():
    performed = Performed()

    verdicts = list(each([*NARROW, *WIDE], performed))

    assert [one.name for one in verdicts] == [check.name for check in (*WIDE, *NARROW)]
    assert all(performed.beside[check] & set(WIDE) == {check} for check in WIDE)


def test_every_check_has_a_module_and_a_name_of_its_own():
    names = [check.name for check in CHECKS]

    assert len(set(names)) == len(names)
    assert all(find_spec(f"verification.{name}") for name in names)
