"""Officials in pairs and groups: what two in a post do, meetings, tasks that carry over, strain, and what stays when one leaves."""

from __future__ import annotations

import numpy as np
import pytest

from model import regimes, rules
from model.case.case import load
from model.neighbourhood import Neighbourhood
from model.state.accounts import COORDINATION_HOURS, DESK_HOURS, INSIDE_HOURS, OF_WARD, STREET_HOURS
from model.state.experiences import CORPORATION, MET, MET_IN_GROUP, MUNICIPALITY, NEW_OFFICIAL, OFFICIAL
from model.state.tallies import BOUNDARIES, GROUP_MEETINGS, GROUP_VISITORS, MATES_LEFT, OFFICIALS_LEFT, OPENED_DOORS, VISITS
from model.story.teller import tell_story
from model.week.contacts import observe_streets
from model.week.officials import SystemOfficial, WardOfficial
from model.week.problems import LIVING
from model.week.ties import renew_ties

CASE = load("default").replaced(residents=120, burn_in=0, problem_rate=3, ward_hours=60)
RULES = CASE.replaced(problem_rate=20, structural_budget=400, case_hours=30)  # many plans that meet a rule
BUSY = load("default").replaced(residents=300, burn_in=0, problem_rate=3, ward_hours=25)


def with_practices(**values):
    return regimes.BASELINE.model_copy(update={"presence": 0.8, **values})


def lived(weeks, case=CASE, seed=3, keep_events=False, **values):
    return Neighbourhood(case, with_practices(**values), seed=seed, compiled=False, keep_events=keep_events).run(weeks)


def events_of(hood, kind):
    return np.concatenate([what[what[:, 0] == kind] for _, what, _ in hood.world.event_log])


def both_ends(name, case, weeks, **values):
    """Four pairs of runs, compiled, at either end of one practice: equal means and luck."""
    return [[Neighbourhood(case, with_practices(**values, **{name: end}), seed=s).run(weeks) for s in range(4)] for end in (0.0, 1.0)]


# --- a pair with roles --------------------------------------------------------------------------------------------


def test_each_post_is_held_by_two_people_who_can_both_be_looked_at():
    hood = lived(30, RULES, pairing=1.0, inside_work=1.0, approval_lag=0)
    street, system = hood.ward_officials[0], hood.colleagues[0]
    assert (street.role, system.role) == ("street side", "system side")
    assert {street, system} <= set(hood.agents)
    assert street.name != system.name
    assert {type(a) for a in hood.agents} >= {WardOfficial, SystemOfficial}
    assert system.hours == hood.world.officials.mate_hours[0] > 0
    assert street.hours == hood.world.officials.hours[0] > 0
    assert 0 < system.skill < 1
    with pytest.raises(AttributeError, match="shoe size"):
        getattr(system, "shoe size")
    assert lived(1).ward_officials[0].role != street.role


def test_alike_two_share_the_hours_that_make_skill_and_as_a_pair_each_gets_all_of_one_side():
    case = RULES.replaced(hours_switching=0.0, hours_in_step=0.0)
    alike, paired = (lived(30, case, pairing=p, inside_work=1.0, group_approach=0.0, approval_lag=0) for p in (0.0, 1.0))
    assert alike.world.officials.visits[0] == pytest.approx(paired.world.officials.visits[0], rel=0.03)
    assert paired.world.officials.hours[0] == pytest.approx(2 * alike.world.officials.hours[0], rel=0.03)
    assert paired.world.officials.mate_hours[0] > 1.5 * alike.world.officials.mate_hours[0]
    assert rules.hour_inside(0.0) < 1.0 < rules.hour_inside(1.0)


def test_a_skilled_colleague_clears_more_rules_with_the_same_hours():
    def cleared(skill):
        return max(u for u in np.arange(0, 1, 0.001) if rules.rule_clears(u, 0.3, 0.5, rules.hour_inside(skill), 0.08))

    assert cleared(0.0) < cleared(0.5) < cleared(0.9)


def test_officials_differ_in_how_far_they_cross_over_and_each_stays_the_same():
    alike, unlike = (lived(30, CASE.replaced(years_in_post=0.2, style_spread=spread)) for spread in (0.0, 1.0))
    assert alike.world.officials.mate_style[0] == 1 == alike.colleagues[0].style
    first = Neighbourhood(CASE.replaced(style_spread=1), seed=3, compiled=False).world.officials.mate_style[0]
    assert unlike.world.officials.mate_nth[0] > 0
    assert 0 <= unlike.world.officials.mate_style[0] <= 2
    assert unlike.world.officials.mate_style[0] != first  # a colleague came who is somebody else
    calm = lived(30, CASE.replaced(years_in_post=50, style_spread=1))
    assert (calm.world.officials.mate_nth[0], calm.world.officials.mate_style[0]) == (0, first)


def test_what_lies_between_two_departments_goes_on_only_with_an_official_who_crosses_over():
    def crossed(style: float) -> int:
        hood = lived(1, RULES.replaced(problems={"energy": 5}, years_in_post=50), inside_work=1.0, approval_lag=0)
        hood.world.officials.arrays["mate_style"][:] = style
        return int(hood.run(40).world.tally[BOUNDARIES])

    assert crossed(0) == 0 < crossed(0.5) < crossed(2)


def test_switching_costs_hours_alike_and_keeping_in_step_costs_hours_as_a_pair():
    def share(pairing, did=(1.0, 1.0, 1.0, 1.0), switching=1.0, in_step=2.0):
        street, support, inside, desk = did
        return rules.hours_lost(street, support, inside, desk, pairing, switching, in_step)

    assert (share(0.0), share(1.0, in_step=0.0)) == (3 / 36, 1 / 36)
    assert share(0.0, switching=0.0) == 0 < share(1.0, switching=0.0) == 2 / 36
    assert share(0.0, (1, 0, 0, 0)) == share(1.0, (1, 1, 0, 0), switching=0.0) == 0  # one kind of task, or one of the two sides alone
    assert share(0.0, (1, 1, 0, 0)) == 1 / 36
    hood = lived(20, pairing=0.5)
    assert hood.world.accounts.spent_ever[COORDINATION_HOURS] == hood.world.accounts.endowed_ever[COORDINATION_HOURS] > 0


def test_when_the_street_side_leaves_half_stays_with_a_colleague_alike_and_nothing_with_the_other_side_of_a_pair():
    def after(pairing, warm=0.0, **changes):
        hood = lived(40, CASE.replaced(**changes), pairing=pairing, warm_handover=warm)
        before, known = hood.world.residents.contact.sum(), (hood.world.problems.known == 1) & (hood.world.problems.state == LIVING)
        hood.ward_officials[0].leave()
        event = hood.world.events.what[: len(hood.world.events)]
        assert (event[:, 0] == NEW_OFFICIAL).sum() == len(hood.world.residents)
        assert (hood.world.events.size[: len(event), 0] == np.float32(0.5 * warm)).all()  # personal trust is in the person
        return hood.world.residents.contact.sum() / before, hood.world.problems.known[known].mean()

    none, some = after(1.0, key_figures=0.0), after(0.0, key_figures=0.0)
    assert none == (0.0, 0.0)
    assert some[0] == pytest.approx(0.25, abs=0.01)
    assert 0.2 < some[1] < 0.8
    assert after(1.0, warm=1.0, key_figures=0.0)[0] == pytest.approx(0.5, abs=0.01)
    places = {"schools": 10.0, "clubs": 10.0, "centres": 10.0}
    assert after(1.0, key_figures=1.0, **places) == (0.0, 1.0)  # what key figures know stays known, ties do not
    assert after(1.0, key_figures=1.0) == (0.0, 0.0)  # where there is no school, club or centre, there is nobody to tell
    assert 0.0 < after(1.0, **places)[1] < 1.0


def test_the_colleague_leaves_too_and_takes_the_practice_inside_along():
    hood = lived(60, RULES.replaced(years_in_post=0.3), pairing=1.0, inside_work=1.0, warm_handover=0.0, approval_lag=0)
    o = hood.world.officials
    assert hood.world.tally[MATES_LEFT] == o.mate_nth[0] > 1
    assert o.mate_hours[0] < o.whole[0] * hood.world.accounts.spent_ever[INSIDE_HOURS] / 60
    told = [line for line in tell_story(hood.world) if "links inside the town hall" in line]
    assert len(told) == o.mate_nth[0]
    assert all(tell_story(hood.world, lang="nl", official=line.split("ward official ")[1].split(",")[0]) for line in told)


# --- tasks that carry over ----------------------------------------------------------------------------------------


def test_minutes_too_few_for_a_visit_prepare_the_next_one_and_count_once():
    hood = Neighbourhood(CASE.replaced(visit_minutes=50), with_practices(group_approach=0.0, listening_first=0), seed=2, compiled=False)
    official, account = hood.ward_officials[0], hood.world.accounts.arrays
    visits = []
    for _ in range(10):
        before = int(hood.world.tally[VISITS])
        hood.schedule.begin_week()
        for name, minutes in (("left", 30), ("spent", 0), ("endowed", 30)):
            account[name][STREET_HOURS] = minutes
        official.step()
        assert (account["left"][STREET_HOURS], account["spent"][STREET_HOURS]) == (0, 30)
        visits.append(int(hood.world.tally[VISITS]) - before)
    assert visits == [0, 1, 0, 1, 1] * 2  # 30 minutes a week, 50 a visit: six visits in ten weeks, and 0 minutes over
    assert official.begun == 0
    assert official.hours == pytest.approx(official.whole * 0.5 * 300 / 60)  # of a whole post, half of them make skill where two work alike


def test_a_meeting_is_prepared_over_weeks_until_there_is_time_enough_for_it():
    hood = Neighbourhood(CASE, with_practices(group_approach=1.0), seed=2, compiled=False)
    official, account = hood.ward_officials[0], hood.world.accounts.arrays
    held = []
    for _ in range(5):
        hood.schedule.begin_week()
        account["left"][STREET_HOURS], account["spent"][STREET_HOURS] = 60, 0
        official.step()
        assert account["spent"][STREET_HOURS] == 60
        held.append(int(hood.world.tally[GROUP_MEETINGS]))
    assert held == [0, 0, 1, 1, 2]
    assert official.saved == 0


# --- groups -------------------------------------------------------------------------------------------------------


def test_a_meeting_leaves_an_experience_a_tie_with_the_official_and_ties_among_those_who_came():
    hood = Neighbourhood(CASE, with_practices(group_approach=1.0, scale=1.0), seed=4, compiled=False, keep_events=True)
    r = hood.world.residents
    degree, contact = r.degree.sum(), r.contact.copy()
    hood.schedule.begin_week()
    hood.world.accounts.arrays["left"][STREET_HOURS] = 150
    hood.ward_officials[0].step()
    event = hood.world.events.what[: len(hood.world.events)]
    came = event[event[:, 0] == MET_IN_GROUP, 1]
    assert hood.world.tally[GROUP_MEETINGS] == 1
    assert len(came) == hood.world.tally[GROUP_VISITORS] > 2
    assert len(set(r.street[came].tolist())) == 1  # at the scale of a street they are neighbours
    assert set(event[event[:, 0] == MET_IN_GROUP, 2]) == {OFFICIAL}
    assert set(np.flatnonzero(r.contact > contact)) == set(came) == set(np.flatnonzero(r.touched & 1))
    p = CASE.behaviour
    hours = p.contact_hours * 60 * p.group_hours / len(came) / p.visit_minutes  # as at the door, for an equal share of the meeting
    assert r.contact[came] == pytest.approx(rules.renew_tie(0.0, hours, p.hours_to_friend), abs=1e-6)
    assert hood.world.tally[OPENED_DOORS] == 0
    listed = int(hood.world.standing["new_count"][0])
    assert listed == len(came)  # each with those on both sides
    assert set(hood.world.standing["new_first"][:listed]) == set(came)
    hood.world.loops.call(renew_ties)
    assert r.degree.sum() > degree
    assert not (hood.world.promises.made == hood.week).any()


def test_at_the_scale_of_a_district_people_come_from_all_over_the_area():
    def streets(scale):
        hood = lived(20, group_approach=1.0, scale=scale, keep_events=True)
        return np.mean([len(set(hood.world.residents.street[what[what[:, 0] == MET_IN_GROUP, 1]])) for _, what, _ in hood.world.event_log])

    assert streets(0.0) > 1.2 * streets(1.0)


def test_in_company_people_speak_of_what_is_wrong_for_all_and_less_of_want_at_home():
    draws = (np.arange(1000) + 0.5) / 1000
    public, private = (sum(rules.speaks_up(u, 0.3, *loads) for u in draws) for loads in ((1.0, 0.0), (0.0, 1.2)))
    assert public == 300
    assert private == 75


def test_without_street_hours_or_without_the_practice_nobody_meets_in_a_group():
    for hood in (
        lived(30, group_approach=1.0, presence=0.0),
        lived(30, CASE.replaced(ward_hours=0), group_approach=1.0),
        lived(30, group_approach=0.0),
    ):
        assert hood.world.tally[GROUP_MEETINGS] == hood.world.tally[GROUP_VISITORS] == 0
    assert lived(30, group_approach=0.5).world.tally[GROUP_MEETINGS] > 0


def test_meetings_are_told_with_street_official_and_how_many_came():
    hood = lived(20, group_approach=1.0)
    told = [line for line in tell_story(hood.world) if "held a meeting" in line]
    assert len(told) == hood.world.tally[GROUP_MEETINGS]
    assert sum(int(line.split(": ")[2].split()[0]) for line in told if "nobody" not in line) == hood.world.tally[GROUP_VISITORS]
    assert len([line for line in tell_story(hood.world, lang="nl") if "buurtbijeenkomst" in line]) == len(told)


def test_one_hour_more_for_groups_keeps_the_earlier_meetings():
    def visitors(hours):
        hood = Neighbourhood(CASE, with_practices(group_approach=1.0), seed=5, compiled=False)
        hood.schedule.begin_week()
        hood.world.loops.call(observe_streets)
        hood.world.accounts.arrays["left"][STREET_HOURS] = int(60 * hours)
        hood.ward_officials[0].step()
        event = hood.world.events.what[: len(hood.world.events)]
        return event[event[:, 0] == MET_IN_GROUP, 1].tolist()

    few, more = visitors(2.5), visitors(5)
    assert 0 < len(few) < len(more)
    assert more[: len(few)] == few


# --- both ends ----------------------------------------------------------------------------------------------------


def test_groups_make_ties_and_ease_loneliness_and_doors_hear_more_promises():
    doors, groups = both_ends("group_approach", BUSY.replaced(problem_rate=2), 104)

    def mean(hoods, value):
        return np.mean([value(hood) for hood in hoods])

    def lonely(hood):
        return hood.world.problems.severity[(hood.world.problems.kind == 4) & (hood.world.problems.state == LIVING)].sum()

    assert mean(groups, lambda h: h.outcomes()["bridging"]) > mean(doors, lambda h: h.outcomes()["bridging"])
    assert mean(groups, lambda h: h.outcomes()["bonding"]) > mean(doors, lambda h: h.outcomes()["bonding"])
    assert mean(groups, lonely) < mean(doors, lonely)
    assert mean(groups, lambda h: len(h.world.promises)) < mean(doors, lambda h: len(h.world.promises))
    spent = [mean(hoods, lambda h: h.world.accounts.spent_ever[OF_WARD].sum()) for hoods in (doors, groups)]  # divided by what is asked
    assert spent[0] == pytest.approx(spent[1], rel=0.02)


def test_a_pair_talks_with_more_practice_and_loses_more_when_one_of_them_leaves():
    case = BUSY.replaced(years_in_post=0.7, problem_rate=6, ward_hours=8)
    alike, paired = both_ends("pairing", case, 104, warm_handover=0.0)
    assert sum(h.world.tally[OFFICIALS_LEFT] for h in paired) > 3

    def quality(hood):  # of a usual conversation, at the skill of who holds the post now
        p = case.behaviour
        return rules.quality_of_contact(0.5, hood.ward_officials[0].skill, 0.5, 0.0, 0.0, p.contact_usual, p.contact_spread)

    assert np.mean([quality(h) for h in paired]) > np.mean([quality(h) for h in alike])
    assert np.mean([h.world.residents.contact.mean() for h in paired]) < np.mean([h.world.residents.contact.mean() for h in alike])
    known = [[h.world.problems.known[h.world.problems.state == LIVING].mean() for h in hoods] for hoods in (alike, paired)]
    assert np.mean(known[1]) < np.mean(known[0])
    spent = [sum(h.world.accounts.endowed_ever[COORDINATION_HOURS] for h in hoods) for hoods in (alike, paired)]
    assert 0.5 < spent[1] / spent[0] < 2.0  # what less switching frees goes into keeping in step


def test_at_street_scale_the_same_doors_are_met_again_and_fewer_streets_are_seen():
    def met(hoods):
        again, streets = [], []
        for hood in hoods:
            log = [what[(what[:, 0] == MET), 1] for _, what, size in hood.world.event_log]
            for quarter in range(len(log) // 13):
                people = np.concatenate(log[13 * quarter : 13 * quarter + 13])
                again.append(1 - len(set(people)) / len(people))
                streets.append(len(set(hood.world.residents.street[people])))
        return np.mean(again), np.mean(streets)

    values = {"group_approach": 0.0}
    case = BUSY.replaced(streets=30)
    ends = [
        [Neighbourhood(case, with_practices(**values, scale=s), seed=seed, keep_events=True).run(52) for seed in range(4)]
        for s in (0.0, 1.0)
    ]
    (again_low, streets_low), (again_high, streets_high) = map(met, ends)
    assert again_high > again_low
    assert streets_high < streets_low


# --- strain, employer ---------------------------------------------------------------------------------------------


def test_strain_follows_the_load_slowly_and_stays_between_0_and_1():
    at_rest = 0.2
    for _ in range(400):
        at_rest = rules.strain_moves(at_rest, 1.0, 0.05)
    assert at_rest == pytest.approx(0.5)
    assert rules.strain_moves(0.0, 1e9, 1.0) <= 1.0
    assert rules.strain_moves(0.5, 0.0, 0.05) < 0.5 < rules.strain_moves(0.5, 3.0, 0.05) < 0.6


def test_waiting_reports_wear_officials_out_and_who_is_worn_out_leaves_sooner_and_bends_more():
    idle, busy = (lived(60, CASE.replaced(problem_rate=rate, desk_hours=0.2), presence=0.3) for rate in (0.5, 60))
    assert busy.world.officials.strain[0] > idle.world.officials.strain[0] + 0.2
    assert busy.world.minutes_a_week[DESK_HOURS] == idle.world.minutes_a_week[DESK_HOURS]
    u = (np.arange(1000) + 0.5) / 1000 / 40
    assert sum(rules.official_leaves(v, 2.0, 0.9) for v in u) > 1.3 * sum(rules.official_leaves(v, 2.0, 0.5) for v in u)
    assert sum(rules.will_bend(v, 0.5, 0.5, 0.9) for v in u * 40) > 1.3 * sum(rules.will_bend(v, 0.5, 0.5, 0.5) for v in u * 40)


def test_what_an_official_of_the_corporation_does_touches_trust_in_the_corporation():
    case = CASE.replaced(
        crew_hours=0, enforcer_hours=0, case_hours=0, corporation_hours=0, police_hours=0, programme_hours=0, problem_rate=0, talk=0
    )
    hoods = [lived(20, case.replaced(corporation_posts=share)) for share in (0.0, 1.0)]
    assert [int(hood.world.officials.employer[0]) for hood in hoods] == [MUNICIPALITY, CORPORATION]
    first, second = (hood.world.residents for hood in hoods)
    met = ((first.touched & second.touched) & 1) == 1
    assert met.sum() > 20
    assert (first.evidence[met, MUNICIPALITY] > second.evidence[met, MUNICIPALITY]).all()
    assert (first.evidence[met, CORPORATION] < second.evidence[met, CORPORATION]).all()
    never = ((first.touched | second.touched) & 1) == 0
    assert np.array_equal(first.evidence[never], second.evidence[never])


def test_the_employer_is_the_same_when_a_run_is_replayed_under_other_practices():
    case = CASE.replaced(corporation_posts=1.0)
    hood = lived(30, case, keep_events=True, group_approach=1.0)
    other = Neighbourhood(case, "top_down", seed=3, compiled=False)
    other.replay(hood.world.event_log)
    for column in ("trust", "evidence", "grievance", "acting"):
        assert np.array_equal(getattr(hood.world.residents, column), getattr(other.world.residents, column)), column


# --- the ledger ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values", [{"group_approach": 1.0, "scale": 1.0}, {"pairing": 1.0, "group_approach": 0.4, "scale": 0.3}, {"warm_handover": 1.0}]
)
def test_the_ledger_closes_every_week_while_officials_meet_prepare_and_leave(values):
    case = CASE.replaced(ward_hours=97.3, years_in_post=0.3, visit_minutes=17, group_minutes=131)
    hood = Neighbourhood(case, with_practices(**values), seed=6, compiled=False)
    for _ in range(40):
        hood.step()
        assert (hood.world.accounts.left >= 0).all()
        assert np.array_equal(hood.world.accounts.endowed, hood.world.accounts.spent + hood.world.accounts.left)
        assert not [fault for table in hood.world.tables.values() for fault in table.out_of_bounds()]
    assert hood.world.accounts.left[STREET_HOURS] == 0 or hood.world.tally[VISITS] >= 120  # only when nobody is left to visit
