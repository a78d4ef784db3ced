"""The command line as `python -m detente`."""

import sys

from detente.cli import main

if __name__ == "__main__":
    sys.exit(main())
