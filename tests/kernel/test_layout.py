from typing import Annotated, NamedTuple, Protocol

import numpy as np
import pytest

from detente.kernel.jit import jit
from detente.kernel.layout import (
    Array,
    Float32,
    Int8,
    Int16,
    Int32,
    as_arrays,
    copy_of,
    dtype_of,
    new_record,
)


class Battery(Protocol):
    rounds: Annotated[int, "rounds ready [rounds]"]
    reach: Annotated[Array, (2,), "nearest and farthest [km]"]


class Side(Protocol):
    name: Annotated[Int8, "which side"]
    is_alert: Annotated[bool, "1 on alert"]
    battery: Annotated[Battery, "its battery"]
    losses: Annotated[Array, (2, 3), "losses by class and day"]
    order: Annotated[Array, (3,), "who acts when", int]


class Row(Protocol):
    a: Annotated[Int8, "a"]
    b: Annotated[Int16, "b"]
    c: Annotated[Int32, "c"]
    d: Annotated[Float32, "d"]
    e: Annotated[float, "e"]


class Bare(Protocol):
    rounds: int


class Wordy(Protocol):
    name: Annotated[str, "text has no place in a record"]


@jit
def use(side: Side) -> float:
    side.battery.rounds -= 2
    side.battery.reach[1] = 40.0
    side.losses[1, 2] += 0.5
    side.order[0] = 7
    side.is_alert = 1
    return side.battery.reach[1] + side.losses[1, 2] + side.order[0] + side.battery.rounds


@jit
def reload(battery: Battery, rounds: int) -> None:
    battery.rounds += rounds


def test_a_record_has_one_field_for_each_annotation():
    assert dtype_of(Side).names == ("name", "is_alert", "battery", "losses", "order")
    assert dtype_of(Side)["battery"] == dtype_of(Battery)


def test_numbers_have_the_width_that_the_annotation_asks_for():
    kinds = [dtype_of(Row)[name].str for name in ("a", "b", "c", "d", "e")]

    assert [kind[1:] for kind in kinds] == ["i1", "i2", "i4", "f4", "f8"]
    assert dtype_of(Side)["is_alert"] == np.dtype("i8")


def test_tables_have_their_shape_and_hold_whole_numbers_if_asked():
    assert dtype_of(Side)["losses"].shape == (2, 3)
    assert dtype_of(Side)["losses"].base == np.dtype("f8")
    assert dtype_of(Side)["order"].base == np.dtype("i8")


def test_a_new_record_is_zero_throughout():
    record = new_record(Side)

    assert record.tobytes() == bytes(dtype_of(Side).itemsize)


def test_a_rule_reads_and_writes_a_record_and_the_records_in_it():
    side = new_record(Side)
    side.battery.rounds = 5

    assert use(side) == 50.5
    assert (side.battery.rounds, side.is_alert, side.order.tolist()) == (3, 1, [7, 0, 0])
    assert side.losses.tolist() == [[0.0, 0.0, 0.0], [0.0, 0.0, 0.5]]


def test_rows_of_records_are_records():
    rows = np.zeros(3, dtype_of(Side)).view(np.recarray)

    use(rows[1])

    assert rows.battery.rounds.tolist() == [0, -2, 0]


def test_a_record_within_a_record_is_handed_to_a_rule_by_itself():
    rows = np.zeros(3, dtype_of(Side)).view(np.recarray)

    reload(rows[1].battery, 7)
    reload(copy_of(rows[1]).battery, 100)

    assert rows.battery.rounds.tolist() == [0, 7, 0]
    assert rows.tobytes().count(7) == 1


def test_a_copy_of_a_record_holds_the_same_and_is_another():
    side = new_record(Side)
    side.battery.rounds, side.losses[1, 2] = 5, 0.25
    copied = copy_of(side)

    assert (type(copied), copied.tobytes()) == (type(side), side.tobytes())
    copied.battery.rounds = 6
    assert (side.battery.rounds, copied.battery.rounds) == (5, 6)


def test_what_is_no_field_can_be_neither_read_nor_set():
    side = new_record(Side)

    with pytest.raises(AttributeError, match="ronds"):
        _ = side.battery.ronds
    with pytest.raises(ValueError, match="ronds"):
        side.battery.ronds = 3


def test_a_field_without_a_meaning_is_refused():
    with pytest.raises(TypeError, match=r"rounds needs Annotated\[kind, text\]"):
        dtype_of(Bare)


def test_a_field_that_is_no_number_is_refused():
    with pytest.raises(TypeError, match="name: str is no number, table or annotated class"):
        dtype_of(Wordy)


class Misnamed(Protocol):
    trace: Annotated[float, "a name that records use themselves"]


def test_a_field_named_like_a_method_of_a_record_is_refused():
    with pytest.raises(TypeError, match="trace is also a method of a record"):
        dtype_of(Misnamed)


class Held(NamedTuple):
    battery: Battery
    days: int


def test_an_array_of_one_record_is_of_the_records_memory():
    side = new_record(Side)
    copied = copy_of(side)
    (whole, held, other), days = as_arrays(((side, Held(side.battery, 3), copied), np.arange(2)))
    whole[0].name, held.battery[0].rounds, other[0].name = 1, 5, 2

    assert (side.name, side.battery.rounds, copied.name) == (1, 5, 2)
    assert (held.days, days.tolist()) == (3, [0, 1])
    assert isinstance(held, Held)
