"""A future is named by its world and index, in Python as on the command line."""

import numpy as np
import pytest

from detente.ensemble.futures import address_of
from detente.errors import DetenteError


@pytest.mark.parametrize("future", ["3:40", (3, 40), [3, 40], np.array([3, 40])])
def test_a_future_is_two_whole_numbers_or_their_text(future):
    assert address_of(future) == (3, 40)


@pytest.mark.parametrize("future", ["7", "a:b", "1:2:3", "-1:2", " 1:2", "", 7, (1,), (1.5, 2)])
def test_what_is_no_future_is_refused_with_an_example(future):
    with pytest.raises(DetenteError, match="is not WORLD:INDEX") as told:
        address_of(future)

    assert "12:345" in told.value.hint
