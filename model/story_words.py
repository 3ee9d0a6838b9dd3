"""The words of the story: every text of a language in one table.

Both languages have the same keys. A pair of texts is one for exactly one and one for any other number, `{n}`.
"""

from __future__ import annotations

from typing import Any


def ordinal(n: int, lang: str) -> str:
    """Return 2nd, 3rd, 21st; in Dutch 2e, 3e, 21e."""
    if lang == "nl":
        return f"{n}e"
    return f"{n}{'th' if n % 100 in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def decimal(value: float, lang: str) -> str:
    """Return a number as it is written in the language."""
    return f"{value:g}".replace(".", "," if lang == "nl" else ".")


ENGLISH: dict[str, Any] = {
    "text": {
        "heading": "The people, the streets and the names of initiatives are invented.",
        "nothing": "Nothing worth telling happened.",
        "arose": "a new problem: {what}",
        "came_back": "back for the {nth} time: {what}",
        "faded": "wore off by itself: {what}",
        "solved": "solved: {what}",
        "solved_bent": "solved with an exception to the rule: {what}",
        "solved_badly": "solved, but the cause is still there: {what}",
        "solved_by_residents": "solved by residents: {what}, thanks to {name}",
        "reported": "{who} reported {what}",
        "on_time": "{reports} about {what}: dealt with in time by {by}",
        "late": "{reports} about {what}: dealt with late by {by}",
        "empty": "{reports} about {what}: {by} found nothing",
        "bad": "{reports} about {what}: done badly by {by}",
        "dropped": "{reports} about {what}: dropped without an answer",
        "gone": "{reports} about {what}: closed, for it had gone already",
        "promised": "{official} promised {who} to do something about {what}, in week {due} at the latest",
        "kept": "the promise of {official} to {who} about {what} was kept",
        "broken": "the promise of {official} to {who} about {what} was broken",
        "broken_again": "the promise of {official} to {who} about {what} was broken, the {nth} broken promise there: an old hurt",
        "told": "the promise of {official} to {who} about {what} could not be kept, and that was said in time",
        "void": "the promise of {official} to {who} about {what} is no longer needed: it wore off by itself",
        "started": "{who} and neighbours started something about {what}: {name}",
        "started_after": "{who} and neighbours started something about {what}: {name}, after {parent}",
        "wished": "{who} and neighbours started something of their own: {name}",
        "wished_after": "{who} and neighbours started something of their own: {name}, after {parent}",
        "done": ("{name}, started by {who}, ended well, with {n} result", "{name}, started by {who}, ended well, with {n} results"),
        "disappointed": "{name}, started by {who}, came to a disappointing end",
        "withered": "{name}, started by {who}, withered",
        "gathering": (
            "now {name}, started by {who}, is still looking for people: {n} member",
            "now {name}, started by {who}, is still looking for people: {n} members",
        ),
        "on_hold": (
            "now {name}, started by {who}, waits for money or a rule, with {n} member",
            "now {name}, started by {who}, waits for money or a rule, with {n} members",
        ),
        "working": (
            "now {name}, started by {who}, is at work, with {n} member",
            "now {name}, started by {who}, is at work, with {n} members",
        ),
        "continuing": (
            "now {name}, started by {who}, is there to stay, with {n} member",
            "now {name}, started by {who}, is there to stay, with {n} members",
        ),
        "snowball": (
            "the snowball of {name}: {n} initiative followed its example",
            "the snowball of {name}: {n} initiatives followed its example",
        ),
        "official_leaves": "{official} left for another post; {successor} came",
        "planned_practice": "planned: from now on the practice “{practice}” stands at {value}",
        "planned_official_leaves": "planned: all ward officials leave",
        "planned_problem": "planned: {what}, with severity {value}",
        "planned_initiative": "planned: an initiative more {where}",
        "planned_shock": "planned: bad news about the municipality, which everybody hears",
        # requests
        "tailored": "{who} asked {by} for help, and got something made to measure",
        "envied": "{who} got something made to measure from {by}; nobody had said why, and it was the talk {where}",
        "found_out": "a check by {by} found that {who} had asked for something without a right to it",
        "got_away": "{who} got something from {by} without a right to it",
        "got_away_seen": "{who} got something from {by} without a right to it, and {where} everybody knew",
        # --
        # agenda projects
        "project_begun": (
            "the municipality began a project of its own: {name} ({n} street)",
            "the municipality began a project of its own: {name} ({n} streets)",
        ),
        "project_coupled": "{name} is joined to what bothers people there: {what}",
        "project_without_residents": "{name} stopped, for too few residents came to shape it together",
        "project_stranded": "{name} was called off, for it got nowhere",
        "project_objections": (
            "{n} household objected to {name}: first the procedure",
            "{n} households objected to {name}: first the procedure",
        ),
        "project_variant": "{name} became a local variant, and less of what had been decided",
        "project_landed": "{name} is finished; taking part: {n} of {m} households",
        "project_across": "{name} is finished, against the grain of the street, with its {what}; taking part: {n} of {m} households",
        "council": "the council met, and from now on {field} comes first",
        # --
        # officials in pairs and groups
        "group_met": ("{official} held a meeting {where}: {n} resident came", "{official} held a meeting {where}: {n} residents came"),
        "nobody_came": "{official} held a meeting {where}, and nobody came",
        "mate_leaves": "{official}, who kept the links inside the town hall, left for another post; {successor} came",
        "official_worn_out": "{official} was worn out by all that waited and left; {successor} came",
        # --
        # initiatives, exchange and the news
        "lead_to_officials": "{name} was stuck at the town hall; the ward official took the lead",
        "lead_to_residents": "back to work for {name}: {who} and the other members have the lead again",
        "taken_as_input": "the idea of {name} was taken as input for policy; the members wait for the council of week {due}",
        "council_decided": "the council spoke about the idea of {name}; the members may go on",
        "exchanged": "{name} came to a deal with {entrepreneur}: money now, the members’ hands in return",
        "upkeep_refused": "nobody at the town hall wants to pay the upkeep of {name}; the members carry it themselves",
        "worn_out": "{who}, who started {name}, was worn out and left",
        "news_good": "{name} was in the local paper; the municipality got hardly a line",
        "news_bad": "the local paper told of the disappointment of {name}, and blamed the municipality",
        "news_promise": "the local paper told how the promise of {official} to {who} about {what} was broken",
        # --
        # the city
        "friends": "residents of {area} have a friends’ group that presses the town hall for pace",
        "friends_around": "residents {where} and in the streets around have a friends’ group that presses the town hall for pace",
        "held_up": "the friends’ group held the promise to {who} about {what} up to the town hall, due in week {due}",
        "area_now": "now in {area}, per 1,000 residents a year: reports {filed}, hours of crews, visits and programmes {hours}",
        # --
        "quarter": "this quarter: {counts}",
    },
    "counts": {
        "arose": ("{n} problem turned up", "{n} problems turned up"),
        "reported": ("{n} report was filed", "{n} reports were filed"),
        "on_time": ("{n} report was answered in time", "{n} reports were answered in time"),
        "solved": ("{n} problem was solved", "{n} problems were solved"),
        "faded": ("{n} problem wore off", "{n} problems wore off"),
        "helped": ("{n} request for help was granted", "{n} requests for help were granted"),
        "refused": ("{n} request for help was refused", "{n} requests for help were refused"),
    },
    "reports": {
        "alone": "the report of {who} (week {week})",
        "alone_before": "the report of {who} (from before the start)",
        "more": ("the reports of {who} and {n} other (from week {week})", "the reports of {who} and {n} others (from week {week})"),
        "more_before": (
            "the reports of {who} and {n} other (from before the start)",
            "the reports of {who} and {n} others (from before the start)",
        ),
    },
    "entrepreneur": (
        "bakery Van Dam", "the garage of Yılmaz", "the bicycle shop of De Groot", "the building supplies of Hoekstra",
        "the print shop of Mansouri", "the garden centre of Bakker",
    ),
    "official": "ward official {who}",
    "initiative": "{idea} {where} (initiative {row})",
    "where": dict.fromkeys(("straat", "plein", "hof", "weg", "laan", "pad", "steeg"), "in the {street}"),
    "kind": {
        "litter": "litter and broken things",
        "noise": "noise and nuisance",
        "traffic": "unsafe traffic",
        "energy": "energy poverty",
        "loneliness": "loneliness",
        "design": "a flaw in the design",
        "neglect": "neglected public space",
        "youth": "youth with nothing to do",
    },
    "by": {
        "municipality": "the municipality",
        "programmes": "the social team",
        "crews": "the crew",
        "enforcers": "the enforcers",
        "corporation": "the housing corporation",
        "police": "the police",
    },
    "idea": {
        "litter": ("the clean-up team", "the litter walk", "the street’s own broom"),
        "noise": ("the neighbours’ talk", "the street agreement"),
        "traffic": ("the play street", "the walking school bus"),
        "energy": ("the energy café", "the draught-proofing team"),
        "loneliness": ("the soup afternoon", "the coffee table", "the walking club"),
        "design": ("the sketching evening", "the trial layout"),
        "neglect": ("the vegetable garden", "the pavement garden", "the flower bed"),
        "youth": ("the football evening", "the homework club", "the youth workshop"),
        "public space": ("the vegetable garden", "the orchard", "the pocket park"),
        "social": ("the street dinner", "the repair café", "the neighbourhood choir"),
        "spatial planning": ("the play street", "the natural playground"),
        "safety": ("the neighbourhood watch", "the walking school bus"),
        "housing corporation": ("the tool library", "the neighbourhood living room"),
    },
    "project": {"one": "{plan} {where}", "more": "{plan} {where} and around it"},
    "plan": {
        "traffic": "the traffic plan",
        "energy": "the energy transition",
        "design": "the new layout",
        "neglect": "the greening",
        "youth": "the youth plan",
    },
    "field": {
        "public space": "public space",
        "social": "the social field",
        "spatial planning": "traffic and space",
        "safety": "safety",
        "housing corporation": "housing",
    },
    "practice": {
        "presence": "presence in the street", "complaint_steering": "steering on complaints", "report_threshold": "reports for a case",
        "approval_lag": "weeks of approval", "mandate_euro": "mandate over money", "mandate_rules": "mandate over rules",
        "inside_work": "work inside the town hall", "pairing": "working in pairs", "group_approach": "approach by groups",
        "build_on_existing": "building on what is there", "support_desk": "support desk",
        "face_to_face_bargaining": "bargaining face to face", "conditional_on_residents": "only with residents",
        "harvest": "harvesting for policy", "listening_first": "listening first", "promise_boldness": "bold promises",
        "truthfulness": "truthfulness", "reciprocity": "give and take", "intensity": "contacts a month",
        "lead_switching": "switching the lead", "tailoring": "tailoring", "transparency": "transparency", "control": "control",
        "coupling": "coupling with the street’s concerns", "yielding": "yielding", "scale": "scale of the street",
        "letting_go": "letting go", "warm_handover": "warm hand-over",
    },
}  # fmt: skip

DUTCH: dict[str, Any] = {
    "text": {
        "heading": "De mensen, de straten en de namen van initiatieven zijn verzonnen.",
        "nothing": "Er gebeurde niets noemenswaardigs.",
        "arose": "nieuw probleem: {what}",
        "came_back": "voor de {nth} keer terug: {what}",
        "faded": "vanzelf overgegaan: {what}",
        "solved": "opgelost: {what}",
        "solved_bent": "opgelost met maatwerk: {what}",
        "solved_badly": "opgelost, maar de oorzaak is er nog: {what}",
        "solved_by_residents": "opgelost door bewoners: {what}, dankzij {name}",
        "reported": "{who} deed een melding over {what}",
        "on_time": "{reports} over {what}: op tijd afgehandeld door {by}",
        "late": "{reports} over {what}: te laat afgehandeld door {by}",
        "empty": "{reports} over {what}: {by} trof niets aan",
        "bad": "{reports} over {what}: slecht uitgevoerd door {by}",
        "dropped": "{reports} over {what}: afgevoerd zonder antwoord",
        "gone": "{reports} over {what}: gesloten, want het was al over",
        "promised": "{official} beloofde {who} om uiterlijk in week {due} iets te doen aan {what}",
        "kept": "de belofte van {official} aan {who} over {what} is nagekomen",
        "broken": "de belofte van {official} aan {who} over {what} is gebroken",
        "broken_again": "de belofte van {official} aan {who} over {what} is gebroken, de {nth} gebroken belofte daar: oud zeer",
        "told": "de belofte van {official} aan {who} over {what} bleek niet haalbaar, en dat is op tijd verteld",
        "void": "de belofte van {official} aan {who} over {what} is niet meer nodig: het ging vanzelf over",
        "started": "met {who} als trekker begonnen buren iets tegen {what}: {name}",
        "started_after": "met {who} als trekker begonnen buren iets tegen {what}: {name}, in navolging van {parent}",
        "wished": "met {who} als trekker begonnen buren iets uit eigen beweging: {name}",
        "wished_after": "met {who} als trekker begonnen buren iets uit eigen beweging: {name}, in navolging van {parent}",
        "done": (
            "{name}, met {who} als trekker, is goed afgerond, met {n} resultaat",
            "{name}, met {who} als trekker, is goed afgerond, met {n} resultaten",
        ),
        "disappointed": "{name}, met {who} als trekker, liep uit op een teleurstelling",
        "withered": "{name}, met {who} als trekker, is doodgebloed",
        "gathering": (
            "nu zoekt {name}, met {who} als trekker, nog mensen: {n} deelnemer",
            "nu zoekt {name}, met {who} als trekker, nog mensen: {n} deelnemers",
        ),
        "on_hold": (
            "nu wacht {name}, met {who} als trekker, op geld of een regel, met {n} deelnemer",
            "nu wacht {name}, met {who} als trekker, op geld of een regel, met {n} deelnemers",
        ),
        "working": (
            "nu is {name}, met {who} als trekker, aan de slag, met {n} deelnemer",
            "nu is {name}, met {who} als trekker, aan de slag, met {n} deelnemers",
        ),
        "continuing": (
            "nu is {name}, met {who} als trekker, een blijvertje, met {n} deelnemer",
            "nu is {name}, met {who} als trekker, een blijvertje, met {n} deelnemers",
        ),
        "snowball": (
            "de sneeuwbal van {name}: {n} initiatief volgde dit voorbeeld",
            "de sneeuwbal van {name}: {n} initiatieven volgden dit voorbeeld",
        ),
        "official_leaves": "{official} kreeg een andere baan; {successor} is de opvolger",
        "planned_practice": "gepland: vanaf nu staat de werkwijze “{practice}” op {value}",
        "planned_official_leaves": "gepland: alle wijkambtenaren vertrekken",
        "planned_problem": "gepland: {what}, met ernst {value}",
        "planned_initiative": "gepland: een extra initiatief {where}",
        "planned_shock": "gepland: slecht nieuws over de gemeente, dat iedereen hoort",
        # requests
        "tailored": "{who} vroeg {by} om hulp, en kreeg maatwerk",
        "envied": "{who} kreeg maatwerk van {by}; niemand legde het uit, en dat gaf scheve ogen {where}",
        "found_out": "bij controle door {by} bleek dat {who} iets had aangevraagd zonder er recht op te hebben",
        "got_away": "{who} kreeg iets van {by} zonder er recht op te hebben",
        "got_away_seen": "{who} kreeg iets van {by} zonder er recht op te hebben, en {where} wist iedereen het",
        # --
        # agenda projects
        "project_begun": (
            "de gemeente begon een eigen project: {name} ({n} straat)",
            "de gemeente begon een eigen project: {name} ({n} straten)",
        ),
        "project_coupled": "{name} is gekoppeld aan wat er speelt: {what}",
        "project_without_residents": "{name} is gestopt, want er kwamen te weinig bewoners om het samen te maken",
        "project_stranded": "{name} is afgeblazen, want het kwam niet van de grond",
        "project_objections": (
            "{n} huishouden maakte bezwaar tegen {name}: eerst de procedure",
            "{n} huishoudens maakten bezwaar tegen {name}: eerst de procedure",
        ),
        "project_variant": "{name} werd een eigen versie van de buurt, met minder van wat besloten was",
        "project_landed": "{name} is klaar; van de {m} huishoudens deden er {n} mee",
        "project_across": "{name} is klaar, maar stond dwars op wat er speelde: {what}; van de {m} huishoudens deden er {n} mee",
        "council": "de gemeenteraad kwam bijeen, en voortaan gaat {field} voor",
        # --
        # officials in pairs and groups
        "group_met": (
            "{official} hield een buurtbijeenkomst {where}: er kwam {n} bewoner",
            "{official} hield een buurtbijeenkomst {where}: er kwamen {n} bewoners",
        ),
        "nobody_came": "{official} hield een buurtbijeenkomst {where}, maar er kwam niemand",
        "mate_leaves": "{official}, die binnen het stadhuis de lijnen openhield, kreeg een andere baan; {successor} is de opvolger",
        "official_worn_out": "{official} was op van alles wat bleef liggen en vertrok; {successor} is de opvolger",
        # --
        # initiatives, exchange and the news
        "lead_to_officials": "{name} zat vast op het stadhuis; de wijkambtenaar nam het voortouw",
        "lead_to_residents": "aan het werk met {name}: {who} en de andere deelnemers hebben het voortouw weer",
        "taken_as_input": "het idee van {name} is opgehaald als input voor beleid; de deelnemers wachten op de raad van week {due}",
        "council_decided": "de raad heeft gesproken over het idee van {name}; de deelnemers kunnen verder",
        "exchanged": "{name} en {entrepreneur} ruilden: nu geld, straks handen van de deelnemers",
        "upkeep_refused": "op het stadhuis wil niemand het beheer van {name} betalen; de deelnemers doen het er zelf bij",
        "worn_out": "{who}, de trekker van {name}, was op en stopte",
        "news_good": "{name} stond in de wijkkrant; de gemeente kreeg nauwelijks een regel",
        "news_bad": "de wijkkrant schreef over de teleurstelling van {name}, en de gemeente kreeg de schuld",
        "news_promise": "de wijkkrant schreef over de gebroken belofte van {official} aan {who} over {what}",
        # --
        # the city
        "friends": "in {area} hebben bewoners een vriendengroep die bij de gemeente op tempo aandringt",
        "friends_around": "bewoners {where} en in de straten eromheen hebben een vriendengroep die bij de gemeente op tempo aandringt",
        "held_up": "de vriendengroep herinnerde de gemeente aan de belofte aan {who} over {what}, voor week {due}",
        "area_now": "nu in {area}, per 1.000 bewoners per jaar: meldingen {filed}, uren van ploegen, bezoeken en programma’s {hours}",
        # --
        "quarter": "dit kwartaal: {counts}",
    },
    "counts": {
        "arose": ("{n} nieuw probleem", "{n} nieuwe problemen"),
        "reported": ("{n} melding", "{n} meldingen"),
        "on_time": ("{n} melding op tijd afgehandeld", "{n} meldingen op tijd afgehandeld"),
        "solved": ("{n} probleem opgelost", "{n} problemen opgelost"),
        "faded": ("{n} probleem vanzelf over", "{n} problemen vanzelf over"),
        "helped": ("{n} hulpvraag toegekend", "{n} hulpvragen toegekend"),
        "refused": ("{n} hulpvraag afgewezen", "{n} hulpvragen afgewezen"),
    },
    "reports": {
        "alone": "de melding van {who} (week {week})",
        "alone_before": "de melding van {who} (van voor de start)",
        "more": ("de meldingen van {who} en {n} ander (vanaf week {week})", "de meldingen van {who} en {n} anderen (vanaf week {week})"),
        "more_before": (
            "de meldingen van {who} en {n} ander (van voor de start)",
            "de meldingen van {who} en {n} anderen (van voor de start)",
        ),
    },
    "entrepreneur": (
        "bakkerij Van Dam", "garage Yılmaz", "fietsenmaker De Groot", "bouwmarkt Hoekstra", "drukkerij Mansouri", "tuincentrum Bakker",
    ),
    "official": "wijkambtenaar {who}",
    "initiative": "{idea} {where} (initiatief {row})",
    "where": {
        "straat": "in de {street}",
        "plein": "op het {street}",
        "hof": "in het {street}",
        "weg": "aan de {street}",
        "laan": "in de {street}",
        "pad": "aan het {street}",
        "steeg": "in de {street}",
    },
    "kind": {
        "litter": "zwerfvuil en kapotte spullen",
        "noise": "lawaai en overlast",
        "traffic": "onveilig verkeer",
        "energy": "energiearmoede",
        "loneliness": "eenzaamheid",
        "design": "een ontwerpfout",
        "neglect": "verwaarloosde openbare ruimte",
        "youth": "verveling onder jongeren",
    },
    "by": {
        "municipality": "de gemeente",
        "programmes": "het sociaal team",
        "crews": "de buitendienst",
        "enforcers": "handhaving",
        "corporation": "de corporatie",
        "police": "de politie",
    },
    "idea": {
        "litter": ("de opruimploeg", "het zwerfvuilrondje", "de eigen bezem"),
        "noise": ("het burengesprek", "de straatafspraak"),
        "traffic": ("de speelstraat", "de loopbus"),
        "energy": ("het energiecafé", "de klusploeg tegen tocht"),
        "loneliness": ("de soepmiddag", "de koffietafel", "de wandelclub"),
        "design": ("de schetsavond", "de proefopstelling"),
        "neglect": ("de moestuin", "de geveltuin", "het bloemenperk"),
        "youth": ("de voetbalavond", "de huiswerkclub", "de jongerenwerkplaats"),
        "public space": ("de moestuin", "de boomgaard", "het postzegelpark"),
        "social": ("het straatdiner", "het repaircafé", "het buurtkoor"),
        "spatial planning": ("de speelstraat", "de natuurspeelplek"),
        "safety": ("de buurtpreventie", "de loopbus"),
        "housing corporation": ("de gereedschapsuitleen", "de buurthuiskamer"),
    },
    "project": {"one": "{plan} {where}", "more": "{plan} {where} en omgeving"},
    "plan": {
        "traffic": "het verkeersplan",
        "energy": "de energietransitie",
        "design": "de herinrichting",
        "neglect": "de vergroening",
        "youth": "het jeugdplan",
    },
    "field": {
        "public space": "de openbare ruimte",
        "social": "het sociale domein",
        "spatial planning": "verkeer en ruimte",
        "safety": "veiligheid",
        "housing corporation": "wonen",
    },
    "practice": {
        "presence": "aanwezigheid op straat", "complaint_steering": "sturen op klachten", "report_threshold": "meldingen voor een zaak",
        "approval_lag": "weken tot akkoord", "mandate_euro": "mandaat over geld", "mandate_rules": "mandaat over regels",
        "inside_work": "werk binnen het stadhuis", "pairing": "werken in duo’s", "group_approach": "groepsaanpak",
        "build_on_existing": "voortbouwen op wat er is", "support_desk": "loket voor initiatieven",
        "face_to_face_bargaining": "samen aan tafel", "conditional_on_residents": "alleen met bewoners",
        "harvest": "ophalen voor beleid", "listening_first": "eerst luisteren", "promise_boldness": "gewaagde beloften",
        "truthfulness": "eerlijkheid", "reciprocity": "wederkerigheid", "intensity": "contacten per maand",
        "lead_switching": "haasje-over", "tailoring": "maatwerk", "transparency": "openheid", "control": "controle",
        "coupling": "koppelen aan wat er speelt", "yielding": "meebewegen", "scale": "schaal van de straat",
        "letting_go": "loslaten", "warm_handover": "warme overdracht",
    },
}  # fmt: skip

WORDS = {"en": ENGLISH, "nl": DUTCH}
