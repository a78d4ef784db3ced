"""What is known of a number, resolved from what a pack writes."""

import math
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.pack import load
from detente.pack.number import NumberRow, WrittenNumber, number_findings, quantity_of
from detente.pack.quantity import DOMAINS, Bounds
from detente.pack.resolve import slots

DOMAIN_NAMES = st.sampled_from(sorted(set(DOMAINS) - {"switch"}))
ENDS = st.tuples(st.floats(0.001, 0.999), st.floats(0.001, 0.999)).map(sorted)


def number(**form: object) -> WrittenNumber:
    return WrittenNumber.model_validate({**form, "assumed": "a test"})


def measures() -> list[NumberRow]:
    return [slot.row for slot in slots(load("oman-2026").model)]


def faults(written: WrittenNumber, domain: str) -> list[str]:
    findings = number_findings(written, NumberRow(domain, "a test"), ("number",))
    return [".".join(str(part) for part in finding.path) for finding in findings]


@given(ends=ENDS.filter(lambda ends: ends[0] < ends[1]), domain=DOMAIN_NAMES)
def test_a_range_inside_its_domain_has_no_fault_and_keeps_its_ends(ends, domain):
    written = number(range=tuple(ends))
    quantity = quantity_of(written, NumberRow(domain, "a test"))

    assert faults(written, domain) == []
    assert [quantity.low, quantity.high] == ends
    assert quantity.shape == DOMAINS[domain].shape


@given(ends=ENDS, domain=DOMAIN_NAMES)
def test_a_range_upside_down_is_always_a_fault(ends, domain):
    written = number(range=(ends[1], ends[0]))

    assert "number.range" in faults(written, domain)


@given(value=st.floats(allow_nan=False), domain=st.sampled_from(sorted(DOMAINS)))
def test_a_fixed_number_is_a_fault_just_where_its_domain_does_not_hold_it(value, domain):
    written = WrittenNumber.model_construct(value=value, assumed="a test")
    limits = NumberRow(domain, "a test").limits

    assert faults(written, domain) == ["number.value"] * (not limits.holds(value))


@given(value=st.floats(0, 1), domain=DOMAIN_NAMES)
def test_a_fixed_number_is_the_same_in_every_world(value, domain):
    quantity = quantity_of(number(value=value), NumberRow(domain, "a test"))

    assert quantity.is_fixed
    assert quantity.low == quantity.high == value


@given(high=st.floats(0.01, 0.99), domain=DOMAIN_NAMES.filter(lambda name: name != "real"))
def test_a_range_from_a_bound_of_its_domain_is_uniform(high, domain):
    assert DOMAINS[domain].shape_of(0.0, high) == "uniform"


@given(
    weights=st.lists(st.floats(0.1, 100), min_size=1, max_size=9),
    domain=DOMAIN_NAMES,
)
def test_weights_become_shares_that_sum_to_1(weights, domain):
    values = tuple(place / 10 for place in range(len(weights)))
    written = number(values=values, weights=tuple(weights))
    quantity = quantity_of(written, NumberRow(domain, "a test"))

    assert math.isclose(sum(quantity.weights), 1)
    assert (quantity.low, quantity.high) == (values[0], values[-1])


@given(chance=st.floats(0, 1))
def test_a_chance_given_as_one_number_is_a_chance_without_doubt(chance):
    written = WrittenNumber.model_validate({"chance": chance, "because": "claim"})
    quantity = quantity_of(written, NumberRow("switch", "a test"))

    assert (quantity.low, quantity.high, quantity.probability) == (chance, chance, chance)
    assert not quantity.is_fixed


def test_a_chance_in_doubt_lies_in_the_middle_of_what_is_known_of_it():
    quantity = quantity_of(number(chance=(0.2, 0.6)), NumberRow("switch", "a test"))

    assert (quantity.low, quantity.high, quantity.probability) == (0.2, 0.6, 0.4)


def test_a_count_may_be_a_range_and_a_switch_may_not():
    written = number(range=(0.25, 0.75))

    assert faults(written, "count") == []
    assert faults(written, "switch") == ["number.range"]


@given(value=st.floats(-3.0, 3.0))
def test_a_number_with_bounds_of_its_own_holds_these_and_what_lies_between(value):
    measure = NumberRow("real", "a test", bounds=Bounds(1, "a reason", -1))
    found = list(number_findings(number(value=value), measure, ("number",)))

    assert bool(found) == (abs(value) > 1)
    assert measure.limits.words == "-1 to 1 (a reason)"


def test_every_number_of_the_format_has_two_finite_ends_and_says_why():
    limits = [measure.limits for measure in measures()]

    assert all(isfinite(domain.lower) and isfinite(domain.upper) for domain in limits)
    assert all("(" in domain.words or domain.whole for domain in limits)


def test_a_number_that_the_model_divides_by_is_never_0():
    divisors = [measure.limits for measure in measures() if measure.ends == "above_zero"]

    assert all(domain.lower > 0 for domain in divisors)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ({"value": 1.5}, "number.value"),
        ({"range": [0.1, 1.5]}, "number.range"),
        ({"values": [0.1, 1.5]}, "number.values"),
        ({"gamma": {"shape": 2, "mean": 1.5}}, "number.gamma.mean"),
        ({"gamma": {"shape": 1e5, "mean": 0.5}}, "number.gamma.shape"),
        ({"values": [0.1, 0.5], "weights": [1, 1e9]}, "number.weights"),
    ],
)
def test_no_form_of_a_number_leaves_what_it_may_be(written, place):
    measure = NumberRow("rate", "a test", unit="basket/day")
    findings = number_findings(
        WrittenNumber.model_validate({**written, "assumed": "a test"}, strict=False),
        measure,
        ("number",),
    )

    assert [".".join(map(str, finding.path)) for finding in findings] == [place]
