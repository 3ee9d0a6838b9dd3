"""The texts of the story by language; each language has a file.

Both languages have the same keys. A pair of texts is the singular and the plural, by `{n}`.
"""

from __future__ import annotations

from model.story.dutch import DUTCH
from model.story.english import ENGLISH
from model.story.language import Language


def ordinal(n: int, lang: str) -> str:
    """Return 2nd, 3rd, 21st; in Dutch 2e, 3e, 21e."""
    if lang == "nl":
        return f"{n}e"
    return f"{n}{'th' if n % 100 in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def decimal(value: float, lang: str) -> str:
    """Return a number as written in the language."""
    return f"{value:g}".replace(".", "," if lang == "nl" else ".")


WORDS: dict[str, Language] = {"en": ENGLISH, "nl": DUTCH}
