"""Common random numbers: a draw depends only on (seed, decision, week, name), never on how many were drawn before.

Two runs with one seed therefore draw the same numbers for the same decisions, whatever else differs between them and
whatever the order of rows or threads. A name is a 64-bit number made of what identifies a thing (a dwelling and its
nth occupant; a street, a kind, a week and a count), never a row number that can be reused.

The functions below use Python integers with a mask. Compiled modules use `COMPILED` instead, the same arithmetic on
unsigned 64-bit numbers; test vectors check that the two agree.
The mixing function is the finaliser of SplitMix64 (Steele, Lea and Flood 2014; constants of Stafford's variant 13).
"""

from __future__ import annotations

import math
from typing import SupportsInt

MASK = 0xFFFFFFFFFFFFFFFF

# One number per decision. They enter every draw: never renumber, only add at the end.
SETTLE, ARISE, RETURN, REPORT, WHICH, VISIT, DOOR, QUALITY, HURT, DISCOVER = range(10)
INVITE, PROMISE, CANDOUR, EXIT, HANDOVER, FLAW, CONFLICT, NOTICE, QUEUE, CLEAR = range(10, 20)
BEND, EXPLAIN, PRESENT, CAUSE, SPARK, TOPIC, PARENT, ASK, WHOM, JOIN = range(20, 30)
QUIT, TRIAL, GO_ON, LEAD, SEE, TOGETHER, HEARSAY, ENCOUNTER, PARTNER, MOVE = range(30, 40)
NEEDS, SHARE, BARGAIN, PLACE, KNOWN, WITNESS, WATCH = range(40, 47)
REQUEST, FIT, MISUSE, CHECK, TAILOR, ENVY = range(47, 53)  # what residents ask of institutions
AGENDA, UPTAKE, OBJECT, VARIANT, ATTEND, COUPLE, COUNCIL = range(53, 60)  # agenda projects
GROUP, MATE, VENUE = range(60, 63)  # officials and meeting places
EXCHANGE, ENTERPRISE, UPKEEP, PUBLIC, GUIDE, INPUT, STEP = range(63, 70)  # initiatives
URGE, GO_BETWEEN, OFFER, NEWS_SEEN = range(70, 74)  # founding
PUTS_UP, DAY, LEAD, FEEDBACK, LOOK = range(74, 79)  # reports and how they are dealt with
DECISIONS = 79


def mix(number: SupportsInt) -> int:
    """Return 64 well-mixed bits for a 64-bit number (a bijection)."""
    x = int(number) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def join(first: SupportsInt, second: SupportsInt) -> int:
    """Return the 64-bit name of an ordered pair of names or whole numbers."""
    return mix((mix(first) + 0x9E3779B97F4A7C15 * (int(second) & MASK) + 0x632BE59BD9B4E019) & MASK)


def pair(first: SupportsInt, second: SupportsInt) -> int:
    """Return a cheap 64-bit name of an ordered pair of well-mixed names, such as two residents."""
    return (0xD6E8FEB86659FD93 * (int(first) & MASK) + (int(second) & MASK)) & MASK


def draw(key: SupportsInt, name: SupportsInt) -> float:
    """Return the uniform number in [0, 1) of a key (seed, decision, week) and a name."""
    return float(mix(int(key) ^ mix(name)) >> 11) * 1.1102230246251565e-16


def gauss(key: SupportsInt, name: SupportsInt) -> float:
    """Return the standard normal number of a key and a name (Box-Muller transform)."""
    radius = math.sqrt(-2.0 * math.log(1.0 - draw(key, name)))
    return radius * math.cos(6.283185307179586 * draw(key, join(name, 1)))


def key_of(seed: SupportsInt, decision: SupportsInt, week: SupportsInt) -> int:
    """Return the 64-bit key of one decision in one week of one seed."""
    return join(join(seed, decision), week)


COMPILED = """
@once("u8(u8)")
def mix(number):
    x = np.uint64(number)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@once(["u8(u8, u8)", "u8(u8, i8)"])
def join(first, second):
    return mix(mix(first) + np.uint64(0x9E3779B97F4A7C15) * np.uint64(second) + np.uint64(0x632BE59BD9B4E019))


@once("u8(u8, u8)")
def pair(first, second):
    return np.uint64(0xD6E8FEB86659FD93) * np.uint64(first) + np.uint64(second)


@once("f8(u8, u8)")
def draw(key, name):
    return float(mix(np.uint64(key) ^ mix(name)) >> np.uint64(11)) * 1.1102230246251565e-16


@once("f8(u8, u8)")
def gauss(key, name):
    radius = math.sqrt(-2.0 * math.log(1.0 - draw(key, name)))
    return radius * math.cos(6.283185307179586 * draw(key, join(name, 1)))


@once("u8(u8, u8, i8)")
def key_of(seed, decision, week):
    return join(join(seed, decision), week)
"""
