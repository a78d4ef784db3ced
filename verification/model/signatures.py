"""The inputs and outputs of each published model, by name."""

from typing import Annotated, Any, NamedTuple

from pydantic import Field, FiniteFloat, TypeAdapter

Form = TypeAdapter[Any]
"""What an input looks like."""
NUMBER: Form = TypeAdapter(FiniteFloat)
NUMBERS: Form = TypeAdapter(list[FiniteFloat])
PAIRS: Form = TypeAdapter(list[Annotated[list[FiniteFloat], Field(min_length=2, max_length=2)]])
TEXT: Form = TypeAdapter(str)


class Signature(NamedTuple):
    """Names and forms of a model's inputs, and names of its outputs, which are numbers."""

    inputs: dict[str, Form]
    outputs: tuple[str, ...]


def _signature(inputs: str, outputs: str, form: Form = NUMBER) -> Signature:
    return Signature(dict.fromkeys(inputs.split(), form), tuple(outputs.split()))


ENGAGEMENT = {
    "kill_after_shots": _signature("track_probability kill_probability shots", "killed"),
    "raid_annihilation": _signature(
        "threats kill_probability shots", "none_leaks expected_leakers"
    ),
    "common_mode": _signature("threats kill_probability shots track_probability", "none_leaks"),
    "layered_leakage": _signature("layers", "leak", PAIRS),
    "decoy_load": _signature("real decoys real_called_real decoy_called_real", "engaged"),
    "look_window": _signature(
        "detection_km weapon_km minimum_km speed_mps reaction_s cycle_s looks_max",
        "window_s looks",
    ),
    "shoot_look_shoot": _signature("kill_probability looks", "killed expected_rounds"),
    "magazine_limited_kills": _signature(
        "rounds kill_probability shots_per_target", "expected_kills"
    ),
    "erlang_loss": _signature("offered_load channels", "blocked"),
    "autonomous_batteries": _signature("offered_load channels batteries", "blocked"),
    "pooled_cap": _signature("threats channels arrival_s window_s service_s", "served"),
    "radar_horizon": _signature("radar_height_m target_height_m", "horizon_km"),
    "radar_range_scaling": _signature("reference_km cross_section_ratio", "range_km"),
    "magazine_days": _signature("rounds shots_per_target threats_per_day", "days"),
    "repair_equilibrium": _signature("batteries hazard_per_day repair_days", "operational"),
}

BARGAINING = {
    "bargaining_range": _signature("win_probability cost_A cost_B", "low high"),
    "risk_return": _signature(
        "win_probability cost_A cost_tough cost_weak tough_probability", "threshold offer war"
    ),
    "nash_packages": _signature("a b d", "utility_A utility_B", NUMBERS),
    "kalai_smorodinsky": _signature("a b d", "utility_A utility_B", NUMBERS),
    "aqre_signalling": _signature(
        "pi war_B back_down_cost war_strong war_weak lam",
        "threaten_strong threaten_weak resist fight_strong fight_weak war",
    ),
    "aqre_crisis": _signature("lam prize back_down_cost war_A war_B", "challenge resist fight war"),
    "repeated_signal": _signature("prior if_resolved if_not signals", "posterior"),
    "incident_alarm": _signature("hostile sensitivity false_alarm", "after_alarm confirmed denied"),
    "incident_escalation": _signature("rate escalation days", "probability"),
    "ally_waiting_value": _signature(
        "discount deal_rate breakout_rate deal_value breakout_loss", "value"
    ),
    "soft_value": _signature("lam u stages discount", "value"),
    "learning_attack": _signature("a b weight", "attack trust"),
    "learning_cost": _signature("prior_mean prior_sd observed observed_sd weight", "mean"),
    "war_stops": _signature("strength gap total_cost", "battles"),
    "attribution": Signature(
        {"kind": TEXT, "p1": NUMBER, "p2": NUMBER},
        ("shapley_1", "shapley_2", "but_for_1", "but_for_2", "overdetermined"),
    ),
    "preempt_threshold": _signature("peace first struck mutual", "threshold"),
    "random_proposer": _signature("surplus propose_A breakdown", "value_A value_B"),
    "random_mover": _signature("surplus discount move_A move_B", "value_A value_B"),
}

REFERENCE = {
    "first_strike_stability": _signature("first second cost_A cost_B", "gap"),
    "alternating_offers": _signature("discount_1 discount_2", "proposer"),
    "offers_before_deadline": _signature("discount offers", "proposer"),
    "screening_uniform": _signature("win_probability cost_A cost_max carrot", "offer war"),
    "commitment_threshold": _signature("win_probability cost_A cost_D discount", "shift"),
}

SIGNATURES = ENGAGEMENT | BARGAINING | REFERENCE
