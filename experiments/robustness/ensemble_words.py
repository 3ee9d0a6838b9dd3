"""Texts of the comparison over sets in English and Dutch, with the same keys."""

from __future__ import annotations

ENGLISH = {
    "title": "What differs between regimes, over every set of parameters that fits",
    "outcome": "outcome",
    "better": "better",
    "mean": "mean ±95 %",
    "same": "same side",
    "sure": "sure",
    "small": "too small",
    "pairs": "seeds",
    "between": "by sets",
    "scenario": "scenario",
    "compared": "compared",
    "agree": "same side",
    "outcomes": "outcomes",
    "against": "{second} − {first}",
    "none": "–",
    "is sure": "{}: sure",
    "is open": "{}: not sure",
    "too small": "too small to matter",
    "n": "{sets} sets of parameters, {pairs} seeds each (fewer where an outcome is not defined){scenario}; {weeks} "
    "weeks after the burn-in.",
    "of_scenario": ", scenario {}",
    "columns": "Mean: over sets, with the interval that luck leaves. Same side: sets in which the mean difference "
    "has the sign that most have. "
    "Sure: sets whose 95 % interval leaves out zero on that side (each set by itself). Too small: sets whose whole interval is smaller "
    "than anybody there would notice (an assumption for each outcome). Seeds: share of seeds within a set on that side : on the other. "
    "By sets: the part of the variance of the difference between runs that is owed to the set of parameters, the part of luck "
    "removed. ° has no better side; named is the higher.",
    "shared": "All sets share their seeds, that is people and luck; what luck they share moves all of them one way.",
    "summary": "In how many of {outcomes} outcomes at least {least} % of the sets have the same side, are sure of "
    "it, or are too small to matter.",
    "figure": "Each bar: all sets of parameters, by which regime is better (°: higher) and whether the 95 % interval leaves "
    "out zero. Right: the part of the variance of the difference that is owed to "
    "parameters, not to luck.",
    "few": "Few sets or seeds, or few weeks: good to see that it works, not to conclude from.",
    "caveat": "Invented people; a model, no forecast.",
    "written": "Written to {}",
}

DUTCH = {
    "title": "Wat er verschilt tussen regimes, over elke set parameters die past",
    "outcome": "uitkomst",
    "better": "beter",
    "mean": "gemiddeld ±95 %",
    "same": "zelfde kant",
    "sure": "zeker",
    "small": "te klein",
    "pairs": "seeds",
    "between": "door sets",
    "scenario": "scenario",
    "compared": "vergeleken",
    "agree": "zelfde kant",
    "outcomes": "uitkomsten",
    "against": "{second} − {first}",
    "none": "–",
    "is sure": "{}: zeker",
    "is open": "{}: niet zeker",
    "too small": "te klein om uit te maken",
    "n": "{sets} sets parameters, elk met {pairs} seeds (minder waar een uitkomst niet bepaald is){scenario}; {weeks} weken na de inloop.",
    "of_scenario": ", scenario {}",
    "columns": "Gemiddeld: over de sets, met het interval dat het toeval overlaat. Zelfde kant: sets waarin het "
    "gemiddelde verschil het teken "
    "heeft dat de meeste hebben. Zeker: sets waarvan het 95 %-interval de nul aan die kant buitensluit (elke set op zichzelf). Te klein: "
    "sets waarvan het hele interval kleiner is dan iemand daar zou merken (per uitkomst een aanname). "
    "Seeds: deel van de seeds binnen een "
    "set aan die kant : aan de andere. Door sets: het deel van de variantie van het verschil tussen runs dat aan de set parameters "
    "ligt, met het deel van het toeval eraf. ° kent geen betere kant; genoemd is wie hoger ligt.",
    "shared": "Alle sets delen hun seeds, dus mensen en toeval; het toeval dat ze delen duwt ze allemaal dezelfde kant op.",
    "summary": "Bij hoeveel van {outcomes} uitkomsten minstens {least} % van de sets aan dezelfde kant ligt, daar "
    "zeker van is, of te klein is "
    "om uit te maken.",
    "figure": "Elke balk: alle sets parameters, naar welk regime beter is (°: hoger) en of het 95 %-interval de nul "
    "buitensluit. Rechts: het deel van de variantie van het verschil dat aan "
    "parameters ligt en niet aan toeval.",
    "few": "Weinig sets of seeds, of weinig weken: goed om te zien dat het werkt, niet om iets uit af te leiden.",
    "caveat": "Verzonnen mensen; een model, geen voorspelling.",
    "written": "Geschreven in {}",
}

WORDS = {"en": ENGLISH, "nl": DUTCH}
