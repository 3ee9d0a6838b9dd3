"""What every outcome is called in Dutch, and what it means: label and definition by name."""

from __future__ import annotations

from collections.abc import Iterator


def _parts(name: str, label: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the Dutch of an outcome for those who were touched by the town hall or by an initiative, and for the others."""
    met = "van wie sinds het begin een ambtenaar sprak, meedeed of meldde"
    yield f"{name}_touched", (f"{label}, geraakt", f"{label}, {met}")
    yield f"{name}_untouched", (f"{label}, niet geraakt", f"{label}, van alle anderen")


WHOM = {
    "neighbours": "buren", "official": "de ambtenaar", "municipality": "de gemeente", "corporation": "de corporatie",
    "police": "de politie",
}  # fmt: skip
DUTCH: dict[str, tuple[str, str]] = {
    **{f"trust_{who}": (f"vertrouwen in {words}", f"gemiddeld vertrouwen van bewoners in {words}") for who, words in WHOM.items()},
    **{
        f"trust_{who}_p{p}": (
            f"vertrouwen in {WHOM[who]}, {p}e percentiel",
            f"{p} % van de bewoners heeft minder vertrouwen in {WHOM[who]}",
        )
        for who in ("neighbours", "official", "municipality")
        for p in (10, 90)
    },
    **{
        f"trust_{who}_groups": (
            f"vertrouwen in {WHOM[who]}, tussen groepen",
            f"gemiddeld vertrouwen in {WHOM[who]} van de groep met het meeste, min dat van de groep met het minste",
        )
        for who in ("neighbours", "official", "municipality")
    },
    **{
        key: words
        for name, label in {
            **{f"trust_{who}": f"vertrouwen in {words}" for who, words in WHOM.items()},
            "grievance": "oud zeer",
            "bonding": "banden binnen de groep",
            "bridging": "banden tussen groepen",
            "efficacy": "samen iets kunnen bereiken",
            "readiness": "bereid om mee te doen",
            "burden": "last die men voelt",
        }.items()
        for key, words in _parts(name, label)
    },
    "trust_municipality_streets": (
        "vertrouwen in de gemeente, tussen straten",
        "standaardafwijking over straten van het gemiddelde vertrouwen van wie er woont",
    ),
    "trust_official_known": ("vertrouwen in de ambtenaar, wie die kent", "gemiddelde van wie een levende band met de ambtenaar heeft"),
    "trust_person": (
        "persoon boven instelling",
        "vertrouwen in de ambtenaar min dat in de gemeente, van wie een levende band met de ambtenaar heeft",
    ),
    "low_trust_municipality": ("weinig vertrouwen in de gemeente", "bewoners met een vertrouwen in de gemeente onder 0,4"),
    "grievance": ("oud zeer", "gemiddeld oud zeer jegens ambtenaar en gemeente"),
    "bonding": ("banden binnen de groep", "sterkte van banden binnen de groep, opgeteld, per bewoner"),
    "bridging": ("banden tussen groepen", "sterkte van banden tussen groepen, opgeteld, per bewoner"),
    "bridging_share": ("aandeel banden tussen groepen", "banden tussen groepen als aandeel van alle bandsterkte"),
    "linking": ("banden met de ambtenaar", "bewoners met een levende band (0,1 of meer) met hun wijkambtenaar"),
    "linking_close": (
        "hechte banden met de ambtenaar",
        "bewoners met een hechte band (0,3 of meer) met hun wijkambtenaar: meer dan één gesprek in de laatste tijd",
    ),
    "efficacy": ("samen iets kunnen bereiken", "vertrouwen in buren maal de overtuiging dat meedoen helpt, gemiddeld"),
    "readiness": ("bereid om mee te doen", "gemiddelde bereidheid om mee te doen"),
    "belief_acting": ("geloof dat meedoen helpt", "gemiddelde overtuiging dat samen iets doen helpt"),
    "belief_acting_active": (
        "geloof dat meedoen helpt, wie meedeed",
        "gemiddelde van wie sinds het begin aan een initiatief of project meedeed",
    ),
    "belief_reporting": ("geloof dat melden helpt", "gemiddelde overtuiging dat melden helpt"),
    "initiatives_alive": ("levende initiatieven", "levende initiatieven per 1.000 bewoners"),
    "initiatives_waiting": (
        "wachtende initiatieven",
        "aandeel van zijn leven (tot nu toe, of in het geheel) dat een initiatief op het gemeentehuis wachtte",
    ),
    "initiatives_started": ("begonnen initiatieven", "sinds het begin, per 1.000 bewoners"),
    "initiatives_delivered": ("resultaten van initiatieven", "resultaten van initiatieven sinds het begin, per 1.000 bewoners"),
    "initiatives_failed": ("mislukte initiatieven", "teleurgesteld of verlopen sinds het begin, per 1.000 bewoners"),
    "success_rate": ("succes per begonnen poging", "initiatieven met een resultaat, van die ten minste een jaar voor het einde begonnen"),
    "reproduction": (
        "reproductiegetal",
        "stichtingen door het voorbeeld van één initiatief: gemiddelde van de lichting die 104 weken gevolgd is",
    ),
    "snowball_multiplier": (
        "sneeuwbalfactor",
        "stichtingen die volgen op één initiatief meer: dezelfde run met één erbij op een kwart van de duur",
    ),
    "cascade_largest": ("grootste keten", "initiatieven van de run in de grootste boom van voorbeelden"),
    "cascade_mean": (
        "gemiddelde keten",
        "initiatieven van de run per boom van voorbeelden; een initiatief zonder voorbeeld en zonder volgers is een boom van één",
    ),
    "oil_slick": (
        "straal van de olievlek",
        "gemiddelde afstand van de straat van een initiatief met een voorbeeld tot de straat waar zijn boom begon",
    ),
    "active": ("bewoners die meedoen", "bewoners die lid zijn van een initiatief"),
    "streets_reached": ("straten bereikt", "straten die sinds het begin een initiatief hadden"),
    "enterprises": (
        "resultaten van ondernemingen",
        "resultaten van initiatieven die een onderneming zijn, sinds het begin, per 1.000 bewoners",
    ),
    "taken_as_input": ("opgenomen in beleid", "initiatieven van bewoners die het gemeentehuis in zijn beleid opnam"),
    "in_the_news": ("in het nieuws", "gebeurtenissen die openbaar werden"),
    "guided": ("initiatieven wegwijs gemaakt", "initiatieven die op het gemeentehuis de weg werd gewezen, van de begonnen initiatieven"),
    "led_by_officials": (
        "resultaten onder leiding van ambtenaren",
        "resultaten die onder leiding van een ambtenaar werden bereikt, van alle resultaten van initiatieven",
    ),
    "upkeep_support": (
        "steun voor beheer",
        "deel van het beheer van wat bewoners maakten dat de raad afdelingen laat betalen, gemiddeld over afdelingen",
    ),
    "upkeep_alone": (
        "beheer alleen gedragen",
        "initiatieven waarvan de leden het beheer alleen dragen, van die na een resultaat doorgaan",
    ),
    "openness": ("openheid van afdelingen", "gemiddelde openheid van afdelingen voor wat van de straat komt"),
    "departments_open": ("open afdelingen", "afdelingen met een openheid boven een half: de sneeuwbal binnen het gemeentehuis"),
    "vigour": ("kracht van initiatieven", "kracht van levende initiatieven, opgeteld, per 1.000 bewoners"),
    "rule_weeks": ("opgehouden door regels", "weken waarin een regel een initiatief in de weg stond, en niets anders eerder"),
    "built_on": ("voortgebouwd", "keren dat een project van de gemeente in zijn straten voortbouwde op een initiatief over hetzelfde"),
    "started_over": ("opnieuw begonnen", "keren dat zo'n project naast het initiatief opnieuw begon"),
    "way_hours": (
        "uren zoeken naar de weg",
        "uren die een initiatief op het gemeentehuis kwijt was aan zoeken, per resultaat of afgelopen poging",
    ),
    "hand_overs": (
        "leiding overgedragen",
        "keren dat de leiding van een geblokkeerde stap naar ambtenaren ging of terug naar bewoners",
    ),
    "burden": ("last die men voelt", "gemiddelde last van bewoners"),
    "burden_hidden": ("verborgen last", "last in straten zonder melding in 26 weken, over alle bewoners"),
    "burden_streets": ("last, tussen straten", "standaardafwijking over straten van de gemiddelde last van wie er woont"),
    "burden_silent": ("last in stille straten", "gemiddelde last van wie in een straat zonder melding in 26 weken woont"),
    "attention_silent": (
        "aandacht voor stille straten",
        "hun deel van het uitgevoerde werk, gedeeld door hun deel van de last (1: zoveel als de last vraagt)",
    ),
    "problems_open": ("open problemen", "levende problemen per 1.000 bewoners"),
    "problems_solved": ("opgeloste problemen", "opgelost door een zaak of door bewoners, per 1.000 bewoners per jaar"),
    "problems_returned": ("teruggekeerde problemen", "teruggekeerd omdat alleen het symptoom werd behandeld"),
    "problems_beyond": (
        "problemen te groot voor bewoners",
        "levende problemen die bewoners niet zelf kunnen oppakken, per 1.000 bewoners",
    ),
    "reports": ("meldingen", "meldingen per 1.000 bewoners per jaar"),
    "handling_days": (
        "tijd tot afhandeling",
        "gemiddeld aantal dagen tot iemand een melding afhandelde, over haar eerste jaar; Kaplan-Meier: wat nog open is, verviel of "
        "vanzelf verdween, telt mee tot dat moment",
    ),
    "on_time": ("meldingen op tijd", "meldingen die iemand binnen de beloofde dagen afhandelde; ook met Kaplan-Meier"),
    "nothing_found": ("niets aangetroffen", "meldingen waarna bij een bezoek niets werd aangetroffen, van die iemand afhandelde"),
    "closed_unsolved": (
        "afgesloten, niet opgelost",
        "meldingen waarna bij een bezoek niets werd aangetroffen of het plan een fout had, van die iemand afhandelde",
    ),
    "ignored": ("meldingen zonder antwoord", "meldingen die als verouderd vervielen, van die vervielen of die iemand afhandelde"),
    "overdue": ("meldingen over tijd", "meldingen die langer open staan dan beloofd, ten opzichte van de meldingen van een jaar"),
    "reporters_told": ("melders die bericht kregen", "melders die hoorden wat ervan kwam, van wie de melding werd gesloten of verviel"),
    "reporters_pleased": (
        "tevreden melders",
        "melders die weten dat het binnen de beloofde dagen verholpen is, van wie de melding werd gesloten of verviel",
    ),
    "visits_in_vain": ("vergeefse bezoeken", "bezoeken voor overlast waarbij niets werd aangetroffen, van al zulke bezoeken"),
    "approval_weeks": ("weken tot goedkeuring", "gemiddelde tijd van het openen van een zaak tot de goedkeuring van haar plan"),
    "on_the_spot": ("ter plekke besloten", "plannen die de ambtenaar in de wijk besloot, zonder goedkeuring van het gemeentehuis"),
    "case_weeks_friends": (
        "weken per zaak, met vrienden",
        "gemiddelde tijd van opening tot uitvoering of administratieve sluiting, in straten waar bewoners een vriendengroep kunnen hebben",
    ),
    "case_weeks_others": ("weken per zaak, elders", "hetzelfde in alle andere straten"),
    "local_knowledge": ("kennis van de buurt", "levende problemen en initiatieven die de wijkambtenaar kent, van alle"),
    "boundaries_crossed": (
        "grenzen overgestoken",
        "zaken tussen twee afdelingen die verder kwamen doordat een ambtenaar naar de andere afdeling ging",
    ),
    "promises_made": ("beloften gedaan", "door ambtenaren aan bewoners"),
    "promises_kept": ("beloften nagekomen", "nagekomen, van die als nagekomen, gebroken of tijdig afgezegd eindigden"),
    "promises_broken": ("beloften gebroken", "gebroken, van die als nagekomen, gebroken of tijdig afgezegd eindigden"),
    "promises_kept_friends": (
        "beloften nagekomen, met vrienden",
        "hetzelfde, in straten waar bewoners een vriendengroep kunnen hebben",
    ),
    "promises_kept_others": ("beloften nagekomen, elders", "hetzelfde in alle andere straten"),
    "hurt_heard": ("oud zeer gehoord", "keren dat een ambtenaar naar het oude zeer van een bewoner luisterde"),
    "agenda_landed": ("agendaprojecten voltooid", "uitgevoerde projecten van de eigen agenda van de gemeente"),
    "agenda_stopped": ("agendaprojecten gestopt", "opgegeven projecten van de eigen agenda van de gemeente"),
    "agenda_goal": (
        "doel van de agenda gehaald",
        "van wat voltooide projecten beoogden: deelname, min wat lokale varianten inleveren",
    ),
    "agenda_reach": ("bereik van de agenda", "huishoudens bij wie projecten van de eigen agenda aan de deur kwamen"),
    "agenda_weeks": ("agendaprojecten: weken", "gemiddelde tijd van start tot voltooiing van de projecten die in de run voltooid zijn"),
    "uptake": ("meedoen met projecten", "bewoners die op het aanbod ingingen, van wie het kregen"),
    "objections": ("bezwaren", "bezwaren van bewoners tegen agendaprojecten"),
    "local_variants": ("lokale varianten", "agendaprojecten die in een lokale variant werden toegelaten"),
    "picture_gap": (
        "beeld van de buurt bij afdelingen",
        "van wat afdelingen denken dat er mis is, het deel dat zij op een ander terrein plaatsen dan waar het speelt",
    ),
    "requests": ("aanvragen", "aanvragen van bewoners om hulp, een vergunning of een voorziening"),
    "helped": ("aanvragen gehonoreerd", "van alle aanvragen"),
    "refused": ("aanvragen geweigerd", "van alle aanvragen"),
    "tailored": ("aanvragen op maat", "op maat geholpen, van alle aanvragen"),
    "checked": ("aanvragen gecontroleerd", "van alle aanvragen"),
    "misuse_caught": ("misbruik ontdekt", "aanvragen te kwader trouw die ontdekt zijn, van die ontdekt of gehonoreerd zijn"),
    "misuse": ("misbruik", "aanvragen te kwader trouw die gehonoreerd zijn"),
    "envy": ("scheve ogen", "keren dat een buur iets zag geven dat niet uitgelegd werd en niet zichtbaar nodig was"),
    "means": ("middelen van bewoners", "gemiddelde middelen van bewoners"),
    "founder_means": (
        "middelen van initiatiefnemers",
        "gemiddelde middelen van initiatiefnemers, gedeeld door die van bewoners (boven 1: een elite)",
    ),
    "elite_founders": (
        "initiatiefnemers uit de elite",
        "initiatieven van de run met een initiatiefnemer uit het vijfde met de meeste middelen, van die waarvan deze er nog woont",
    ),
    "elite_members": ("leden uit de elite", "leden van initiatieven uit het vijfde met de meeste middelen"),
    "gini_reports": ("concentratie van meldingen", "Gini van meldingen sinds het begin over bewoners (0: allen gelijk, 1: één doet alles)"),
    "gini_foundings": ("concentratie van oprichtingen", "Gini van begonnen initiatieven over plekken van bewoners"),
    "gini_members": ("concentratie van lidmaatschappen", "Gini van lidmaatschappen van initiatieven over bewoners"),
    "gain_burden": (
        "wie er beter van wordt: last",
        "verandering van de last sinds het begin: helft met de meeste middelen min de andere helft, van wie bleef (onder 0: de beter "
        "bedeelden zijn meer ontlast)",
    ),
    "gain_trust": (
        "wie er beter van wordt: vertrouwen",
        "verandering van het vertrouwen in de gemeente sinds het begin: helft met de meeste middelen min de andere helft, van wie bleef",
    ),
    "shock_depth": (
        "diepte van een schok",
        "grootste kloof in het gemiddelde vertrouwen in de gemeente tussen de run en dezelfde run met slecht nieuws van 0,5 op een kwart "
        "van de duur (runs van 104 weken en meer)",
    ),
    "recovery_weeks": (
        "herstel van een schok",
        "van dat nieuws tot de kloof voor het eerst onder 0,5 van haar grootste komt; alle resterende weken als dat nooit gebeurt",
    ),
    "conversations": ("gesprekken aan de deur", "deuren die voor een ambtenaar opengingen"),
    "group_meetings": ("bijeenkomsten", "bijeenkomsten van een ambtenaar met een groep"),
    "exchanges": ("ruil", "keren dat beide kanten gaven en namen"),
    "burned_out": ("opgebrand", "leden die sinds het begin vermoeid uit een initiatief stapten, per 1.000 bewoners"),
    "exceptions": ("uitzonderingen gemaakt", "gebogen regels"),
    "hours_spent": ("uren van de overheid", "van gemeente, corporatie en politie"),
    "hours_used": ("benutte uren, aandeel", "bestede uren, van de beschikbare; de rest verviel"),
    "euro_spent": ("uitgegeven euro’s", "aan problemen en initiatieven"),
    "euro_used": ("benutte euro’s, aandeel", "uitgegeven euro’s, van de beschikbare"),
    "upkeep_euro": ("euro’s voor beheer", "wat afdelingen betaalden voor het beheer van wat bewoners maakten en draaiend houden"),
    "resident_hours": ("uren van bewoners", "gegeven aan initiatieven"),
    "resident_value": (
        "uren van bewoners, à 15 euro",
        "uren van bewoners tegen 15 euro per uur (aanname; tegen 0 kosten ze niets)",
    ),
    "resident_value_30": ("uren van bewoners, à 30 euro", "uren van bewoners tegen 30 euro per uur (aanname)"),
    "exchange_euro": ("euro’s van ondernemers", "wat ondernemers initiatieven in ruil gaven, sinds het begin"),
    "exchange_hours": ("uren terug aan ondernemers", "uren die leden van initiatieven aan ondernemers teruggaven"),
    "exchange_contacts": (
        "contacten door ruil",
        "leden van initiatieven die door een ruil een ondernemer leerden kennen: nieuwe klanten, van de andere kant",
    ),
    "moved": ("verhuisde bewoners", "verloop van bewoners (hetzelfde toeval onder elk regime)"),
}
HEADINGS = {
    "Trust": "Vertrouwen", "Social capital": "Sociaal kapitaal", "Snowball": "Sneeuwbal", "Burden": "Last", "Promises": "Beloften",
    "Requests": "Aanvragen", "Shares": "Verdeling", "Resilience": "Veerkracht", "Agenda": "Agenda", "Costs": "Kosten",
}  # fmt: skip
