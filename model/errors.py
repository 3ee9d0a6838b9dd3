"""The one class for bad input: caught once, at the command line, and shown as one line."""

from __future__ import annotations


class BadInput(ValueError):  # noqa: N818 - named for what it says, not for what it is
    """Input that cannot be used. The message is one line: where, what was given, what is allowed.

    Raised with `BadInput(where, key, given, allowed)`; parts that do not apply are left empty.
    The command line prints it on stderr and exits with status 2.
    """

    def __init__(self, where: str, key: str = "", given: object = None, allowed: str = "") -> None:
        text = where
        if key:
            text += f": {key}"
        if given is not None:
            text += f" = {given!r}"
        if allowed:
            plain = allowed.startswith(("allowed", "did you", "the ", "use ", "not ", "no such", "it fails", "these "))
            text += f"; {allowed}" if plain else f"; allowed: {allowed}"
        super().__init__(" ".join(text.split()))
