"""What a user's mistake becomes."""

import difflib
from collections.abc import Iterable
from typing import Optional


class TesseraError(Exception):
    """Something in files, names or arrays is wrong. The message says what and, in a second line, what to do."""

    def __init__(self, message: str, help: Optional[str] = None):
        super().__init__(message if help is None else f"{message}\nhelp: {help}")


def unknown_name(what: str, name: object, known: Iterable[str]) -> TesseraError:
    """`what` says what has no such name: "lenet has no input"."""
    names = list(known)
    near = difflib.get_close_matches(str(name), names, n=1)
    shown = ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
    help = f"did you mean {near[0]}?" if near else f"there are {shown}" if names else "there are none"
    return TesseraError(f"{what} called {name}", help)
