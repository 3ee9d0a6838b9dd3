"""Texts of a case in English and Dutch."""

from __future__ import annotations

from pydantic_core import core_schema

LANGUAGES = ("nl", "en")


class Words(str):
    """An English text that carries its Dutch translation `nl`. A text given in one language is used for both."""

    __slots__ = ("nl",)
    nl: str

    def __new__(cls, en: str, nl: str | None = None) -> Words:
        """Return the text; without `nl` its Dutch is the same."""
        made = super().__new__(cls, en)
        made.nl = str(en) if nl is None else str(nl)
        return made

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) is True and (not isinstance(other, Words) or self.nl == other.nl)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __reduce__(self) -> tuple[type[Words], tuple[str, str]]:
        return Words, (str(self), self.nl)

    @property
    def complete(self) -> bool:
        """Whether both languages have their own, non-empty text."""
        return bool(self.strip()) and bool(self.nl.strip()) and self.nl != str(self)

    @classmethod
    def read(cls, given: object) -> Words:
        """Return a text, or a table with `nl` and `en`, as Words. Raises ValueError for anything else."""
        if isinstance(given, Words):
            return given
        if isinstance(given, str):
            return cls(given)
        if isinstance(given, dict) and set(given) == set(LANGUAGES) and all(isinstance(text, str) for text in given.values()):
            return cls(given["en"], given["nl"])
        raise ValueError("a text, or a table with two texts: { nl = ..., en = ... }")

    def plain(self) -> str | dict[str, str]:
        """Return the form that `read` takes: one text, or a table of both."""
        return str(self) if self.nl == str(self) else {"nl": self.nl, "en": str(self)}

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(cls.plain)
        )


def in_language(text: str, lang: str) -> str:
    """Return the Dutch text if `lang` is "nl" and there is one; otherwise the text itself."""
    return text.nl if lang == "nl" and isinstance(text, Words) else str(text)
