"""What every rule may be given, and what it may answer: the ranges by which rules of one's own are tried."""

from __future__ import annotations

import inspect

from model.case.case import Conditions
from model.engine.rule_files import RULES
from model.parameters import Behaviour

LAST = 1.0 - 2.0**-53  # the largest draw there is
Range = tuple[float, float]
UNIT: Range = (0.0, 1.0)
MANY: Range = (0.0, 1e6)

# What each argument may be, `draw` apart (0 <= draw < 1): a range, or the name of the parameter or condition that declares it.
ARGUMENTS: dict[str, dict[str, Range | str]] = {
    "problem_arises": {"rate": (0, 100)},
    "problem_changes": {"severity": UNIT, "grows": UNIT, "fades": UNIT},
    "problem_returns": {"chance_a_week": UNIT},
    "feel_burden": {"public_load": MANY, "private_load": MANY, "means": UNIT, "sensitivity": (0, 1e4)},
    "will_report": {
        "habit": (0, 1e3),
        "burden": UNIT,
        "belief": UNIT,
        "owner": UNIT,
        "owner_ratio": "owner_ratio",
        "reach": "belief_reach",
    },
    "street_draws_attention": {"reports": UNIT, "seen": UNIT, "steering": UNIT},
    "visit_score": {
        "noise": UNIT,
        "attention": UNIT,
        "attention_weight": "attention_weight",
        "tie": UNIT,
        "intensity": (0, 0.6),
        "trust": UNIT,
        "creaming": "creaming",
        "turn": "street_turn",
    },
    "meeting_score": {"noise": UNIT, "attention": UNIT, "turn": "street_turn"},
    "invitation_weight": {"here": UNIT, "scale": UNIT, "street_people": (1, 1e6), "area_people": (1, 1e6)},
    "speaks_up": {"chance": "discover_chance", "public": (0, 5), "private": (0, 5)},
    "company_eases": {"severity": UNIT, "relief": "group_relief"},
    "hours_of_practice": {"hours": MANY, "pairing": UNIT},
    "hours_lost": {
        "street": UNIT,
        "support": UNIT,
        "inside": UNIT,
        "desk": UNIT,
        "pairing": UNIT,
        "switching": "hours_switching",
        "in_step": "hours_in_step",
    },
    "share_kept": {"handover": UNIT, "pairing": UNIT},
    "hour_inside": {"skill": UNIT},
    "style_of": {"spread": "style_spread"},
    "ripened": {"readiness": UNIT, "rest": UNIT, "pull": "uptake_ripe"},
    "strain_moves": {"strain": UNIT, "load": MANY, "rate": "strain_rate"},
    "door_opens": {"trust": UNIT, "grievance": UNIT, "base": "door_base", "slope": "door_slope"},
    "quality_of_contact": {
        "skill": UNIT,
        "strain": UNIT,
        "unmet": UNIT,
        "hurry": UNIT,
        "usual": "contact_usual",
        "spread": "contact_spread",
    },
    "quality_felt": {"quality": UNIT, "neutral": "contact_neutral"},
    "will_promise": {"burden": UNIT, "boldness": UNIT},
    "will_tell_early": {"truthfulness": UNIT},
    "official_leaves": {"years_in_post": "years_in_post", "strain": UNIT},
    "case_score": {"reports": MANY, "pressure": (0, 20), "pull": UNIT, "age": MANY, "steering": UNIT, "noise": UNIT},
    "days_until_there": {"usual": (0, 365)},
    "day_done": {"day": (-1e6, 1e6), "due": (-1e6, 1e6), "share": UNIT},
    "will_tell": {"feedback": UNIT},
    "pressure_carried": {"wanted": UNIT, "ready": MANY, "needed": (1e-3, 1e6)},
    "approval_catches_flaw": {"lag": (0, 52), "scale": "flaw_scale"},
    "rule_clears": {"openness": UNIT, "strictness": UNIT, "inside_hours": (0, 3), "base": "clear_base"},
    "boundary_clears": {"openness": UNIT, "strictness": UNIT, "inside_hours": (0, 3), "base": "clear_base"},
    "will_bend": {"mandate": UNIT, "strictness": UNIT, "strain": UNIT},
    "visit_finds": {"presence": UNIT},
    "will_request": {
        "needs": (0, 520),
        "weeks": (0, 52),
        "precedents": MANY,
        "pull": "precedent_pull",
        "half": "precedent_half",
    },
    "standard_fits": {"means": UNIT, "burden": UNIT, "base": "fit_base"},
    "will_tailor": {"tailoring": UNIT, "openness": UNIT, "trust": UNIT, "strictness": UNIT},
    "will_check": {"control": UNIT, "trust": UNIT},
    "check_refuses": {"means": UNIT, "base": "unproven"},
    "seen_as_favour": {"notice": UNIT, "evident": UNIT},
    "will_found": {
        "energy": (0, 1e4),
        "readiness": UNIT,
        "belief": UNIT,
        "burden": UNIT,
        "example": MANY,
        "base": "found_base",
    },
    "example_shows": {"what": (1, 3), "start": "example_start", "failure": "example_failure"},
    "example_draws": {"seen": (-3, 3), "half": "example_half", "push": "example_push", "known": UNIT, "eases": "offer_eases"},
    "example_deters": {"seen": (-3, 3)},
    "asked_draws": {"asked": UNIT, "trust": UNIT, "push": "urge_push"},
    "help_draws": {"desk": UNIT, "trust": UNIT, "push": "desk_push"},
    "offer_draws": {"known": UNIT, "push": "offer_push"},
    "campaign_reaches": {"known": UNIT, "weeks": (0, 26), "reach": "campaign_reach", "fade": "campaign_fade"},
    "street_allows": {"openness": MANY, "memory": (-1, 1), "weary": UNIT, "busy": "street_busy", "remembers": "street_remembers"},
    "street_recalls": {"memory": (-1, 1), "result": (-1, 1), "step": UNIT},
    "will_join": {
        "tie": UNIT,
        "readiness": UNIT,
        "active_contacts": (0, 32),
        "base": "join_base",
        "floor": "join_floor",
        "threshold": "join_threshold",
    },
    "hours_given": {"energy": (0, 1e4), "memberships": (0, 2), "belief": UNIT},
    "vigour_changes": {"vigour": UNIT, "hours": MANY, "need": "weekly_need", "waiting": UNIT, "wear": "wear"},
    "will_quit": {"vigour": UNIT, "belief": UNIT, "tired": UNIT, "base": "quit_base"},
    "grow_tired": {"tired": UNIT, "load": (0, 5), "tire": "tire_rate", "rest": "rest_rate"},
    "trial_fails": {"room": UNIT, "base": "fail_base"},
    "takes_over": {"letting_go": UNIT, "eagerness": "take_over"},
    "is_guided": {"desk": UNIT, "trust": UNIT},
    "will_exchange": {"reciprocity": UNIT},
    "credit_or_blame": {"value": UNIT, "credit": "credit", "blame": "blame"},
    "project_pull": {"attention": UNIT, "seen": UNIT, "steering": UNIT},
    "project_span": {"streets": (1, 1e6), "scale": UNIT},
    "will_attend": {"readiness": UNIT, "trust": UNIT, "involved": UNIT, "base": "attend_base"},
    "will_object": {"grievance": UNIT, "trust": UNIT, "involved": UNIT, "base": "object_base", "slope": "object_slope"},
    "will_take_up": {
        "relevance": UNIT,
        "trust": UNIT,
        "fit": (0, 21.5),
        "known": UNIT,
        "base": "uptake_base",
        "slope": "uptake_relevance",
    },
    "council_weighs": {"weight": UNIT, "rest": UNIT, "voiced": MANY, "objections": MANY, "step": "council_step"},
    "what_is_expected": {"trust": UNIT, "usual": UNIT, "habituation": UNIT},
    "surprise": {"value": UNIT, "expected": UNIT, "trust": UNIT},
    "step_of_trust": {"evidence": MANY, "step": "trust_step", "floor": "trust_floor", "prior": "trust_prior"},
    "update_trust": {
        "trust": UNIT,
        "grievance": UNIT,
        "gain": UNIT,
        "loss": UNIT,
        "step": (0, 0.6),
        "dampening": "dampening",
        "aversion": "loss_aversion",
    },
    "return_to_rest": {"trust": UNIT, "rest": UNIT, "pull": "trust_return"},
    "update_grievance": {
        "grievance": UNIT,
        "hurt": (0, 100),
        "acknowledged": (0, 100),
        "healing": "healing",
        "fade": "grievance_fade",
    },
    "update_belief": {"belief": UNIT, "better": (0, 100), "worse": (0, 100), "step": "report_step"},
    "update_readiness": {
        "readiness": UNIT,
        "rest": UNIT,
        "asked": (0, 100),
        "seen": (0, 100),
        "fade": "readiness_fade",
    },
    "passes_on": {"tie": UNIT, "talk": UNIT},
    "fade_tie": {"strength": UNIT, "yearly_rate": "fade_bridging"},
    "renew_tie": {"strength": UNIT, "hours": MANY, "hours_to_friend": "hours_to_friend"},
    "hours_that_count": {"minutes": (0, 1e5), "visit_minutes": "visit_minutes", "contact_hours": "contact_hours"},
    "minutes_each": {"minutes": (0, 1e5), "hours": "group_hours", "people": (0, 1e3)},
    "strikes_up": {"same_group": UNIT, "homophily": "homophily"},
    "draws_to_centre": {"load": MANY},
    "household_moves": {"rate": "moves_per_year", "age": (15, 100)},
}

_SHARES = """problem_changes feel_burden street_draws_attention quality_of_contact quality_felt what_is_expected step_of_trust update_trust
return_to_rest update_grievance update_belief update_readiness vigour_changes grow_tired council_weighs pressure_carried fade_tie renew_tie
company_eases share_kept strain_moves
"""
# What each rule answers, where it is no yes or no. Shares are kept in columns from 0 to 1; the rest is wide enough for any use of it.
ANSWERS: dict[str, Range] = dict.fromkeys(_SHARES.split(), UNIT) | {
    "example_shows": (-1, 1),
    "example_draws": (0, 11),
    "example_deters": UNIT,
    "asked_draws": UNIT,
    "help_draws": UNIT,
    "offer_draws": UNIT,
    "campaign_reaches": UNIT,
    "street_allows": (0, 1e9),
    "street_recalls": (-1, 1),
    "visit_score": (-1e9, 1e9),  # of these only the order counts
    "meeting_score": (-1e9, 1e9),
    "case_score": (-1e9, 1e9),
    "days_until_there": (0, 1e5),
    "day_done": (-1e6, 1e7),
    "invitation_weight": (0, 1e9),
    "hours_of_practice": MANY,
    "hours_lost": UNIT,
    "hour_inside": (0, 1e3),
    "style_of": (0, 2),  # the column it is kept in
    "ripened": (0, 1e3),
    "hours_given": (0, 1e6),
    "hours_that_count": (0, 1e9),
    "minutes_each": (0, 1e5),
    "credit_or_blame": (0, 1e3),
    "project_pull": (0, 1e9),
    "project_span": (0, 1e9),
    "draws_to_centre": (0, 1e9),
    "surprise": (-1, 1),
}


def allowed_together(name: str, values: dict[str, float]) -> bool:
    """Return whether values of a rule's arguments may occur together.

    `Behaviour` refuses some pairs of parameters; a week's experience lies at most 1 - trust above trust and at most trust below it.
    """
    if name != "update_trust":
        return True
    trust, gain, loss = values["trust"], values["gain"], values["loss"]
    return values["step"] * values["aversion"] <= 1.0 + 1e-12 and gain <= 1.0 - trust and loss <= trust


def ranges_of(name: str) -> dict[str, Range]:
    """Return the range of every argument of a rule, in its order; a draw is below 1."""
    found = {"draw": (0.0, LAST)} | {key: _declared(given) if isinstance(given, str) else given for key, given in ARGUMENTS[name].items()}
    return {key: found[key] for key in inspect.signature(RULES[name]).parameters}


def answers_of(name: str) -> Range | None:
    """Return the range of a rule's answer; None for yes or no."""
    return None if inspect.signature(RULES[name]).return_annotation is bool else ANSWERS[name]


def _declared(name: str) -> Range:
    section = Behaviour if name in Behaviour.model_fields else Conditions
    limits = section.model_fields[name].metadata
    low = next(limit.ge for limit in limits if hasattr(limit, "ge"))
    high = next(limit.le for limit in limits if hasattr(limit, "le"))
    return float(low), float(high)
