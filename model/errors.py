"""`BadInput`, the one error class for bad input; the command line catches it and shows it as one line."""

from __future__ import annotations


class BadInput(ValueError):  # noqa: N818 - named for its meaning, without the suffix Error
    """Input that cannot be used. The message is one line: where, what was given, what is allowed.

    Raise it as `BadInput(where, key, given, allowed)`; leave out parts that do not apply.
    The command line prints it on stderr and exits with status 2.
    """

    def __init__(self, where: str, key: str = "", given: object = None, allowed: str = "") -> None:
        text = where
        if key:
            text += f": {key}"
        if given is not None:
            text += f" = {_short(repr(given))}"
        if allowed:
            plain = allowed.startswith(("allowed", "did you", "the ", "use ", "not ", "no such", "it fails", "these "))
            text += f"; {allowed}" if plain else f"; allowed: {allowed}"
        super().__init__(" ".join(text.split()))


class OutOfRange(BadInput):
    """A run that left the range of a column, or could not be worked out: this run has failed, others need not."""


def _short(text: str, most: int = 200) -> str:
    """The text, or its beginning and how much there is of it."""
    return text if len(text) <= most else f"{text[: most // 2]}… ({len(text):,} characters)"
