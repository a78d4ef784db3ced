"""Tries the tests' laws on many more inputs than the tests do, and on others each time.

    python -m verification.engine.laws

The tests try each law on the same fifty inputs every time, so that they take as long and say the
same. Here it is 500, drawn anew: what breaks one of them is printed as the shortest input that
does, and belongs among the tests as an example then. A law whose test sets a number of inputs of
its own keeps it.
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
