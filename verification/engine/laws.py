"""Checks the tests' properties on many more inputs than the tests do, new ones each time.

    python -m verification.engine.laws

The tests check each property on the same fifty inputs every time, for constant time and constant
results. Here it is 500 new inputs. A counterexample is printed in its shortest form and should
become an example in the tests. A property whose test sets its own number of inputs keeps that
number.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Run the tests that draw their inputs and return the exit status."""
    searching = ("-m", "hypothesis", "--hypothesis-profile", "searching")
    line = [sys.executable, "-m", "pytest", "-q", "-n", str(os.cpu_count()), *searching]
    return subprocess.run(line, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
