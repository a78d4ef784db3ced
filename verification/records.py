"""The compiler's types of kernel records, computed once for checks that call single rules."""

import functools

import numba
import numpy as np
from numba.extending import typeof_impl

type_of_dtype = functools.cache(numba.from_dtype)


@typeof_impl.register(np.record)
def type_of_record(record: np.record, _context: object) -> numba.types.Type:
    """Return the compiler's type of a record.

    The compiler derives it again for each record in a tuple, at every call from Python. That takes
    some milliseconds, and checks and tests call single rules tens of thousands of times.
    """
    found: numba.types.Type = type_of_dtype(record.dtype)
    return found
