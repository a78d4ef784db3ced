import pytest

from detente.errors import DetenteError
from detente.questions.engagement import AT_EACH_VALUE, Sweep, engage, parse_sweep
from detente.questions.engagement.fighting import check_sweep
from tests.questions.battles import FAR, FEW, NEAR, SEEN, small_crisis

QUICK = {**FEW, "rest": 0}
KILL = NEAR + "kill_probability"


def swept(text, **changes):
    return engage(
        small_crisis().with_changes(SEEN), **{**QUICK, **changes}, sweep=parse_sweep(text)
    )


@pytest.fixture(scope="module")
def kills():
    return swept(f"{KILL}=0.1:0.9:3")


def test_a_sweep_takes_equal_steps_and_both_ends():
    assert parse_sweep(" a.b =0:1:5") == Sweep("a.b", 0.0, 1.0, 5)
    assert parse_sweep("a.b=1:3:3").values == (1.0, 2.0, 3.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a.b", "is not a sweep; write FIELD=lo:hi:n"),
        ("=0:1:3", "is not a sweep"),
        ("a.b=0:1", "is not a sweep"),
        ("a.b=x:1:3", '"x" is not a number'),
        ("a.b=0:nan:3", '"nan" is not a number'),
        ("a.b=0:inf:3", '"inf" is not a number'),
        ("a.b=0:1:2.5", '"2.5" is no number of values; use a whole number from 2 to 41'),
    ],
)
def test_a_text_that_is_no_sweep_is_refused(text, words):
    with pytest.raises(DetenteError, match=r"--sweep: ") as fault:
        parse_sweep(text)

    assert words in str(fault.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("defences.south.integraton=0:1:3", "did you mean defences.south.integration?"),
        ("zzz=0:1:3", 'unknown field "zzz"; use a number of the pack'),
        ("forces.fleet.deployed=0:1:2", "forces.fleet.deployed is not a number"),
        ("defences.south.integration=1:0:3", "write defences.south.integration=0:1:3"),
        ("defences.south.integration=1:1:3", "--set defences.south.integration=1"),
        ("defences.south.integration=0:1:1", "1 values; use a whole number from 2 to 41"),
        ("defences.south.integration=0:1:42", "42 values; use a whole number from 2 to 41"),
        ("defences.south.integration=0:2:3", "would be 2; use a share, 0 to 1"),
        (f"{FAR}present=0:1:3", "would be 0.5; use 0 or 1"),
        (f"{KILL}=0:0.5:3", "would be 0; use 0 to 1"),
    ],
)
def test_a_sweep_that_the_crisis_cannot_have_is_refused(text, words):
    with pytest.raises(DetenteError) as fault:
        check_sweep(small_crisis(), parse_sweep(text))

    assert words in str(fault.value)
    assert fault.value.where == "--sweep"


def test_a_field_that_was_set_is_not_swept():
    crisis = small_crisis().with_changes({KILL: 0.5})

    with pytest.raises(DetenteError, match="is given another value already"):
        check_sweep(crisis, parse_sweep(f"{KILL}=0.1:0.9:3"))


@pytest.mark.parametrize(
    "field",
    ["aims.challenger.programme", "war.suppression", "arsenals.north.aircraft.stock"],
)
def test_how_an_attack_is_put_together_is_not_swept(field):
    with pytest.raises(DetenteError, match=r"is not swept.*does not seek the best attack"):
        check_sweep(small_crisis(), parse_sweep(f"{field}=0.1:0.9:3"))


def test_each_point_is_what_that_value_alone_gives(kills):
    for point in kills.swept.points:
        alone = engage(small_crisis(), **QUICK, changes={**SEEN, KILL: point.value})
        for side, defended in alone.sides.items():
            figures = {
                key: defended.figures[key] for key in AT_EACH_VALUE if key in defended.figures
            }

            assert point.figures[side] == figures


def test_a_better_chance_to_kill_lowers_leakage_and_downs_more(kills):
    points = [point.figures["defender"] for point in kills.swept.points]
    leakage = [figures["leakage",].value for figures in points]
    down = [figures["aircraft", "down_share"].value for figures in points]

    assert leakage[0] > leakage[1] > leakage[2]
    assert down[0] < down[1] < down[2]
    assert kills.swept.is_read
    assert kills.swept.has_effect


def test_changes_are_against_the_first_value_campaign_by_campaign(kills):
    changes = [point.changes["defender"] for point in kills.swept.points]
    points = [point.figures["defender"]["leakage",].value for point in kills.swept.points]

    assert set(changes[0].interval) == {0.0}
    assert changes[2].value == pytest.approx(points[2] - points[0])


def test_over_worlds_enough_a_change_is_surely_one():
    change = swept(f"{KILL}=0.1:0.9:2", worlds=8).swept.points[1].changes["defender"]

    assert change.low < change.value < change.high < 0.0


def test_what_the_engagement_does_not_read_is_reported():
    unread = swept("actors.south.war_cost=0:0.1:2").swept

    assert (unread.is_read, unread.has_effect) == (False, False)


def test_what_is_read_in_vain_is_reported():
    idle = swept("war.terms_rate=0:0.1:2").swept

    assert (idle.is_read, idle.has_effect) == (True, False)


def test_a_price_counts_in_cost_alone():
    prices = swept(f"{NEAR}cost=1:2:2").swept
    first, last = (point.figures["defender"] for point in prices.points)

    assert prices.has_effect
    assert first["leakage",] == last["leakage",]
    assert first["cost", "exchange"].value < last["cost", "exchange"].value


def test_only_the_side_that_is_looked_at_is_reported():
    one = swept(f"{KILL}=0.1:0.9:2", side="challenger")

    assert list(one.sides) == list(one.swept.points[0].figures) == ["challenger"]
    assert one.as_json()["sweep"]["field"] == KILL
