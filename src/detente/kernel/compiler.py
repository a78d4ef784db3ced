"""Loads the compiler, whatever lies in the current folder."""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def _without_settings_of_folder() -> Iterator[None]:
    """Load the compiler without the file of settings that the current folder may hold.

    That file could switch the compiler off, or be no settings at all. It is read when the compiler
    is loaded, by way of a reader of YAML, and again, by its name, before it compiles. A program
    that has loaded the compiler before has set it up itself; variables of the environment count.
    """
    if "numba" in sys.modules:
        yield
        return
    reader: Any = sys.modules.get("yaml")
    nothing: Any = None
    sys.modules["yaml"] = nothing
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "A Numba config file is found")
            yield
    finally:
        del sys.modules["yaml"]
        if reader is not None:
            sys.modules["yaml"] = reader
    vars(sys.modules["numba.core.config"])["_config_fname"] = os.devnull


with _without_settings_of_folder():
    import numba
    import numba.experimental.function_type  # teaches it to take functions as arguments
    from numba import types

CONFIG: Any = numba.config

__all__ = ["CONFIG", "numba", "types"]
