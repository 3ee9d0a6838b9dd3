"""What a planned event needs to happen: a practice, hours of a role, money on the spot, or another event before it.

`needs = { practice = "listening_first", at_least = 6, role = "ward officials", hours = 4, euro = 75 }`. It is read in the event's week
only; nothing here knows a regime. `week.needs` looks whether it is there, and the story says what was lacking.
"""

from __future__ import annotations

from pydantic import Field

from model.parameters import Section

ROLES = {  # each role, and the condition that says its hours for 1,000 residents
    "ward officials": "ward_hours", "desk": "desk_hours", "crews": "crew_hours", "enforcers": "enforcer_hours",
    "case workers": "case_hours", "counter": "counter_hours", "programmes": "programme_hours", "corporation": "corporation_hours",
    "police": "police_hours",
}  # fmt: skip


class Needs(Section):
    """What an event needs; without it the event does not happen. Left out: nothing."""

    # fmt: off
    practice: str = Field("", description="name of a practice")
    at_least: float | None = Field(None, strict=True, allow_inf_nan=False, description="lowest value of it at which this happens")
    at_most: float | None = Field(None, strict=True, allow_inf_nan=False, description="highest value of it")
    role: str = Field("", description="whose hours")
    hours: float = Field(0.0, strict=True, ge=0, le=10_000, allow_inf_nan=False, description="hours a week that this role has in all")
    euro: float = Field(0.0, strict=True, ge=0, le=1e6, allow_inf_nan=False, description="euros on the spot: for each household, else once")
    after: str = Field("", description="kind of an act that has reached somebody before, in this street")
    # fmt: on

    @property
    def any(self) -> bool:
        """Whether anything is needed."""
        return bool(self.practice or self.role or self.euro or self.after)


def check_needs(needs: Needs, acts: tuple[str, ...]) -> None:
    """Raise ValueError for needs that cannot be read."""
    from model.regimes import PRACTICES

    given = [key for key in ("at_least", "at_most") if getattr(needs, key) is not None]
    if needs.practice and needs.practice not in PRACTICES:
        raise ValueError(f"events.needs.practice = {needs.practice!r}; allowed: {', '.join(PRACTICES)}")
    if given and not needs.practice:
        raise ValueError(f"events.needs.{given[0]} = {getattr(needs, given[0]):g}; allowed: with a practice")
    if needs.practice and not given:
        raise ValueError(f"events.needs.practice = {needs.practice!r}; allowed: with at_least or at_most")
    for key in given:
        low, high = PRACTICES[needs.practice].low, PRACTICES[needs.practice].high
        if not low <= getattr(needs, key) <= high:
            raise ValueError(f"events.needs.{key} = {getattr(needs, key):g}; allowed: {low:g} to {high:g}")
    if len(given) == 2 and (needs.at_least or 0.0) > (needs.at_most or 0.0):
        raise ValueError(f"events.needs.at_most = {needs.at_most:g}; allowed: at_least or more")
    if needs.role and needs.role not in ROLES:
        raise ValueError(f"events.needs.role = {needs.role!r}; allowed: {', '.join(ROLES)}")
    if needs.hours and not needs.role:
        raise ValueError(f"events.needs.hours = {needs.hours:g}; allowed: with a role")
    if needs.role and not needs.hours:
        raise ValueError(f"events.needs.role = {needs.role!r}; allowed: with hours above 0")
    if needs.after and needs.after not in acts:
        raise ValueError(f"events.needs.after = {needs.after!r}; allowed: {', '.join(acts)}")
