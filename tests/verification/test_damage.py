"""A slice of the check `damage`: a published case leans on the kernel's own rules."""

import subprocess
import sys
from pathlib import Path

from verification.cases import read_all
from verification.model.damage import read_table
from verification.model.signatures import REFERENCE

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "verification" / "cases").glob("*.json"))


def test_every_case_of_the_kernel_leans_on_one_function_at_least():
    leaning = {name for names in read_table().values() for name in names}

    assert {case.name for case in read_all(SHIPPED) if case.model not in REFERENCE} <= leaning


def test_every_case_that_leans_on_a_damaged_function_fails():
    command = [sys.executable, "-m", "verification.model.damage", "--only=beliefs.", *SHIPPED]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stdout.startswith("every damage"), done.stdout + done.stderr
