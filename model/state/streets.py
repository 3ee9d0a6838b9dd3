"""Columns of streets, neighbourhoods and meeting places."""

from __future__ import annotations

from model.engine.tables import Column

SCHOOL, CLUB, CENTRE = range(3)  # kinds of meeting place
VENUES = ("school", "club", "community centre")

AREA_COLUMNS = (
    Column("name", "uint64", "-", 0, 2**64, "name of the neighbourhood; 0: the only one"),
    Column("from_street", "int32", "row", 0, 2**31 - 1, "first street"),
    Column("to_street", "int32", "row", 0, 2**31 - 1, "one past the last street"),
    Column("from", "int32", "row", 0, 2**31 - 1, "first resident"),
    Column("to", "int32", "row", 0, 2**31 - 1, "one past the last resident"),
    Column("offer_known", "float32", "share", 0, 1, "residents who know of the standing offer"),
    Column("offer_owed", "float64", "minutes", 0, 1e9, "of campaign still to be found hours for"),
    Column("carriers", "int32", "people", 0, 2**31 - 1, "residents who carry its friends' group this week"),
)

VENUE_COLUMNS = (
    Column("kind", "uint8", "-", 0, 2, "school, club or community centre"),
    Column("street", "int32", "row", 0, 10**7, "where it stands"),
    Column("name", "uint64", "-", 0, 2**64, "(neighbourhood, kind, count)"),
    Column("visits", "int64", "visits", 0, 2**60, "of residents who met somebody there, since the start"),
)

STREET_COLUMNS = (
    Column("name", "uint64", "-", 0, 2**64, "name of the street"),
    Column("x", "float32", "metres", -1e8, 1e8, "east"),
    Column("y", "float32", "metres", -1e8, 1e8, "north"),
    Column("rate", "float32", "times", 0, 1e6, "multiplies the rates of problems"),
    Column("start", "int32", "row", 0, 2**31 - 1, "first resident"),
    Column("stop", "int32", "row", 0, 2**31 - 1, "one past the last resident"),
    Column("post", "int32", "row", 0, 2**31 - 1, "the ward official's post"),
    Column("public", "float32", "load", 0, 1e9, "what is wrong for all"),
    Column("private", "float32", "load", 0, 1e9, "what is wrong for those of small means"),
    Column("first", "int32", "row", -1, 2**31 - 1, "first living problem", fill=-1),
    Column("project", "int32", "row", -1, 2**31 - 1, "first living initiative", fill=-1),
    Column("reported", "float32", "reports", 0, 1e9, "recent reports, fading by a quarter a week"),
    Column("silent", "int32", "weeks", 0, 10**6, "weeks since the last report"),
    Column("attention", "float64", "0-1", 0, 1, "how much it draws the official"),
    Column("turn", "float64", "score", 0, 5, "whether it has its turn this quarter"),
    Column("openness", "float32", "times", 0, 1e6, "how easily something starts there", fill=1),
    Column("memory", "float32", "-1 to 1", -1, 1, "how what it had is remembered: as failed, not at all, as a success"),
    Column("weary", "float32", "0-1", 0, 1, "how much it has had of late"),
    Column("reached", "uint8", "0/1", 0, 1, "has had an initiative since the start"),
    Column("near_start", "int32", "place", 0, 2**31 - 1, "where its list of near streets begins"),
    Column("near_stop", "int32", "place", 0, 2**31 - 1, "where it ends"),
    Column("area", "int32", "row", 0, 2**31 - 1, "neighbourhood"),
    Column("friends", "float64", "0-1", 0, 1, "how far an organised friends' group of residents stands up for it"),
    Column("pressure", "float64", "score", 0, 10, "that group's pressure this week on the places of its cases in queues"),
    Column("minutes", "int64", "minutes", 0, 2**60, "of carrying out here since the start: crews, visits, programmes, projects"),
    Column("cents", "int64", "cents", 0, 2**60, "spent here since the start: on cases, initiatives, things made to measure"),
    Column("venue", "int32", "row", -1, 2**31 - 1, "nearest school, club and community centre of the neighbourhood; -1: none", 3, fill=-1),
    Column("centre", "uint8", "0/1", 0, 1, "a community centre within five minutes' walk"),
)

FAMILY = 3  # household size from which a household is involved with a school (assumption)
