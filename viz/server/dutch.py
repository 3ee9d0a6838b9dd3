"""What is wrong, in Dutch: the lines of `BadInput` that a page can bring about. Names, numbers and what was given stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable

LEADS = {  # where it is wrong
    "link": "link", "message": "bericht", "regime": "werkwijze", "blend": "mengsel", "case": "buurt", "scenario": "buurt",
    "file": "bestand", "CBS": "CBS-bestand", "pairs": "paren", "ties": "banden", "app": "app",
}  # fmt: skip
PHRASES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (  # in this order: English, as a pattern, and Dutch
    (r"not a known key; (?:allowed: )?", "onbekend; toegestaan: "),
    (r"not a practice \(a condition belongs to the case\)", "geen werkwijze (omstandigheden horen bij de buurt)"),
    (r"not given, but required", "ontbreekt, maar is nodig"),
    (r"Field required", "dit moet er staan"),
    (r"allowed for (\S+): none", r"voor \1 past hier niets"),
    (r"allowed for (\S+): ", r"toegestaan voor \1: "),
    (r"allowed: ", "toegestaan: "),
    (r"a scenario that ships, or a neighbourhood loaded here before", "een buurt die is meegeleverd of hier eerder is geladen"),
    (r"a neighbourhood loaded on this computer before; load its file again",
     "een buurt die eerder op deze computer is geladen; laad het bestand nog eens"),
    (r"a view as a page of this app wrote it", "een weergave zoals een pagina van dit programma die schreef"),
    (r"a week of the view", "een week van de weergave"),
    (r"with as type (.*), or initiative with an id such as", r"met als type \1, of initiative met een id als"),
    (r"a valid dictionary or (?:instance of \w+|object to extract fields from)", "een tabel met sleutels"),
    (r"a valid dictionary", "een tabel met sleutels"),
    (r"a valid list", "een lijst"),
    (r"a valid string", "een tekst"),
    (r"a valid integer(?:, (?:unable to parse string as an integer|got a number with a fractional part))?", "een heel getal"),
    (r"a valid number(?:, unable to parse string as a number)?", "een getal"),
    (r"a finite number", "een eindig getal"),
    (r"List should have at least (\d+) items? after validation, not (\d+)", r"minstens \1, niet \2"),
    (r"List should have at most (\d+) items? after validation, not (?:more|(\d+))", r"hoogstens \1"),
    (r"Dictionary should have at most (\d+) items? after validation, not \d+", r"hoogstens \1"),
    (r"String should have at most (\d+) characters?", r"hoogstens \1 tekens"),
    (r"String should match pattern '\^?\(?(.*?)\)?\$?'$", lambda found: "een van " + found[1].replace("|", ", ")),
    (r"Unable to extract tag using discriminator '(\w+)'", r"een bericht met \1"),
    (r"Input tag '(.*?)' found using '\w+' does not match any of the expected tags: (.*)", r"een van \2"),
    (r"greater than or equal to", "minstens"),
    (r"less than or equal to", "hoogstens"),
    (r"greater than", "meer dan"),
    (r"less than", "minder dan"),
    (r"a number from (\S+) to (\S+)", r"een getal van \1 tot \2"),
    (r"(-?[\d.]+) to (-?[\d.]+)(?: \S+)?, or -1 for everywhere", r"\1 tot \2, of -1 voor overal"),
    (r"(-?[\d.]+) to (-?[\d.]+)(?: 0-1)?", r"\1 tot \2"),
    (r"('\w+') or ('\w+')", r"\1 of \2"),
    (r"(= \S+) for (\w+);", r"\1 voor \2;"),
    (r", or blend\(A, B, SHARE\)", " of blend(A, B, DEEL)"),
    (r"at most (\d+) at once; close one and try again", r"hoogstens \1 tegelijk; sluit er een en probeer het opnieuw"),
    (r"at most (\d+) in the app; use the command line for more", r"hoogstens \1 in de app; gebruik de opdrachtregel voor meer"),
    (r"at most (\d+) weeks for so many residents", r"hoogstens \1 weken bij zoveel bewoners"),
    (r"at most (\d+) for so many residents and weeks", r"hoogstens \1 bij zoveel bewoners en weken"),
    (r"at most (\d+) characters", r"hoogstens \1 tekens"),
    (r"at most ([\d,]+) of them, not ([\d,]+)", r"hoogstens \1, niet \2"),
    (r", of ([\d,]+) characters", r", van \1 tekens"),
    (r"at most", "hoogstens"),
    (r"1 byte to (\d+) MB", r"1 byte tot \1 MB"),
    (r"a week and a resident of this run", "een week en een bewoner van deze weergave"),
    (r"a scenario as a \.toml file; rules in Python are for the command line only",
     "een buurt als .toml-bestand; regels in Python zijn alleen voor de opdrachtregel"),
    (r"a text, or a table with two texts: ", "een tekst, of een tabel met twee teksten: "),
    (r"valid TOML \(.*\)$", "geldige TOML"),
    (r"and (\d+) more \(the table of parameters in docs/odd\.md\)", r"en \1 andere (de tabel in docs/odd.md)"),
    (r"room to keep it in (.*) \(.*\)", r"ruimte om het te bewaren in \1"),
    (r"a text file \"Kerncijfers wijken en buurten\" of CBS, with columns (?:parted|separated) by ; , or tab",
     "een tekstbestand “Kerncijfers wijken en buurten” van het CBS, met ; , of tab tussen de kolommen"),
    (r"; save a spreadsheet as CSV first", "; bewaar een rekenblad eerst als CSV"),
    (r"the file is empty", "het bestand is leeg"),
    (r"no column with names or codes of areas", "geen kolom met namen of codes van buurten"),
    (r"no column with residents", "geen kolom met bewoners"),
    (r"a file with (\S+), (\S+) or alike", r"een bestand met \1, \2 of zoiets"),
    (r"no areas under the header", "geen buurten onder de kop"),
    (r"not a text file", "geen tekstbestand"),
    (r"no table \(.*?\)", "geen tabel"),
    (r"one of its (\d+) areas, such as", r"een van de \1 buurten, zoals"),
    (r"use a code, as (\d+) areas have this name:", r"neem een code, want \1 buurten heten zo:"),
    (r"line (\d+): row = '(\d+) cells'", r"regel \1 heeft \2 cellen"),
    (r"(\d+) cells, as the header has", r"\1 cellen, zoals de kop"),
)  # fmt: skip
ENGLISH = re.compile(
    r"(?<![\w'\"])(?:the|or|and|not|no|for|with|than|this|that|should|must|valid|allowed|given|use|such|have|has)(?![\w'\"])"
)
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\{.*?\}")


def in_dutch(text: str) -> str:
    """Return a line about bad input in Dutch; one that has no Dutch is quoted as it is."""
    where, sign, rest = re.match(r"([^:;= ]*)(.*?)( .*|$)", text).groups()  # type: ignore[union-attr]
    for english, dutch in PHRASES:
        rest = re.sub(english, dutch, rest)
    line = LEADS.get(where, where) + sign + rest
    return line if not is_english(line) else f"dit wordt niet aangenomen (in het Engels: {text})"


def is_english(line: str) -> bool:
    """Whether English words are left in a line, outside what was given."""
    return ENGLISH.search(QUOTED.sub("", line)) is not None
