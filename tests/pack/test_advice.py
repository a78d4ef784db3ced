"""What a fault tells a stranger is enough to put it right."""

import pytest

from detente import pack

DEPLOYED = "arrives = 2031-02-20\nleaves = 2031-06-01"


@pytest.fixture
def fault(minimal):
    """Return a function that returns the one fault of the least pack with a text next to it."""

    def only(text):
        (found,) = pack.check(minimal({"x.toml": text}))
        return found

    return only


@pytest.mark.parametrize(
    ("table", "systems"),
    [
        (
            "arsenals.north.x",
            "cruise_missile, stand_off_weapon, fighter, strike_aircraft, "
            "medium_range_ballistic_missile, one_way_drone, decoy",
        ),
        (
            "defences.north.layers.x",
            "s300, bavar_373, s400, hq9b, long_range_interceptor, medium_range_interceptor, "
            "short_range_interceptor, upper_missile_defence, lower_missile_defence, fighter_patrol",
        ),
    ],
)
def test_a_part_without_its_system_is_answered_by_which_there_are(fault, table, systems):
    number = "stock" if table.startswith("arsenals") else "batteries"
    found = fault(f"[{table}]\n{number} = {{ value = 3, assumed = 'a guess' }}\n")

    assert (found.field, found.found) == (f"{table}.system", "no system")
    assert found.allowed.endswith(systems)
    assert found.hint.startswith("add system, such as system = ")


CLAIM = """
[claims.undigested]
says = "It is so"
source = "gazette"
date = 2031-02-20
by = "a witness"
kind = "reported"
grade = "C3"
at = { start = 0, end = 12 }
"""


def test_a_passage_without_its_digest_is_answered_by_how_to_get_it(fault):
    found = fault(CLAIM)

    assert found.found == "no sha256"
    assert "64 digits 0 to 9 and a to f" in found.allowed
    assert "sha256sum" in found.hint


FIELDS = """
system = "{}"
{} = {{ range = [2, 6], assumed = "a guess" }}
"""


@pytest.mark.parametrize(
    ("table", "fields", "header"),
    [
        ("arsenals.north", ("cruise_missile", "stock"), "[arsenals.north.KEY]"),
        ("arsenals", ("cruise_missile", "stock"), "[arsenals.ACTOR.KEY]"),
        ("defences.north.layers", ("short_range", "batteries"), "[defences.north.layers.KEY]"),
    ],
)
def test_fields_without_the_key_of_their_part_are_one_fault(fault, table, fields, header):
    found = fault(f"[{table}]{FIELDS.format(*fields)}")

    assert found.found == f"system, {fields[1]} without a key of their own"
    assert found.hint == f"write {header}"


@pytest.mark.parametrize("table", ["actors", "issues", "forces", "indicators", "options"])
def test_every_table_of_parts_says_that_a_part_needs_a_key(minimal, table):
    first = {"forces": "level = 1", "indicators": "date = 2031-02-20", "options": "says = 'x'"}
    text = f"[{table}]\n{first.get(table, 'name = 0')}\n"

    (found,) = pack.check(minimal({"x.toml": text}))
    assert found.hint == f"write [{table}.KEY]"


def test_a_part_whose_key_is_the_name_of_a_field_is_a_part(minimal):
    text = '[arsenals.north.speed]\nsystem = "cruise_missile"\n'
    stock = "stock = { value = 3, assumed = 'a guess' }\nvalue = { value = 1, assumed = 'b' }\n"

    assert pack.check(minimal({"x.toml": text + stock})) == ()


@pytest.mark.parametrize("header", ["correlations", "correlations.costs"])
def test_correlations_in_single_brackets_are_asked_to_take_double_ones(minimal, header):
    force = (minimal({}) / "force.toml").read_text(encoding="utf-8")
    alone = f"{force.partition('[[correlations]]')[0]}[{header}]\nof = ['a', 'b']\nrank = 0.3\n"

    (found,) = pack.check(minimal({"force.toml": alone}))
    assert (found.field, found.hint) == ("correlations", "write [[correlations]]")


ORDERS = {"single_first": ("[{}]", "[[{}]]"), "double_first": ("[[{}]]", "[{}]")}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_correlations_in_both_brackets_are_asked_to_take_double_ones(minimal, order):
    force = (minimal({}) / "force.toml").read_text(encoding="utf-8")
    pairs = [f"{header.format('correlations')}\nof = ['a', 'b']\n" for header in order]
    both = force.partition("[[correlations]]")[0] + "".join(pairs)

    (found,) = pack.check(minimal({"force.toml": both}))
    assert (found.field, found.hint) == ("correlations", "write [[correlations]]")


def test_correlations_in_two_files_are_asked_to_stand_in_one(fault):
    found = fault("[correlations]\nof = ['a', 'b']\nrank = 0.3\n")

    assert found.hint == "write [[correlations]], all in one file"


@pytest.mark.parametrize(
    "days",
    [
        "arrives = 2031-02-20\nleaves = 2031-02-20",
        "arrives = 2031-02-20\nleaves = 2031-01-01",
        "arrives = 2031-03-20\nleaves = 2031-03-10",
    ],
)
def test_a_deployed_force_that_leaves_before_it_comes_is_one_fault(minimal, days):
    force = (minimal({}) / "force.toml").read_text(encoding="utf-8")

    (found,) = pack.check(minimal({"force.toml": force.replace(DEPLOYED, days)}))
    assert found.field == "forces.fleet.leaves"


def test_more_correlations_than_can_be_judged_are_one_fault(minimal):
    pairs = "[[correlations]]\nof = ['issues.a{0}.settled_by_war', 'issues.b{0}.settled_by_war']\n"
    issue = "[issues.{1}{0}]\nname = 'x'\nnarrow = true\n" + "".join(
        f"{key} = {{{{ range = [0.2, 0.4], assumed = 'a guess' }}}}\n"
        for key in ("challenger_weight", "defender_weight", "settled_by_war")
    )
    force = (minimal({}) / "force.toml").read_text(encoding="utf-8")
    text = force.partition("[[correlations]]")[0] + "".join(
        issue.format(place, "a") + issue.format(place, "b") + f"{pairs.format(place)}rank = 0.1\n"
        for place in range(101)
    )

    (found,) = pack.check(minimal({"force.toml": text}))
    assert (found.field, found.allowed) == ("correlations", "at most 100")
