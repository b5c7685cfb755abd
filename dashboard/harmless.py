"""How does text that somebody wrote go into a spreadsheet without being run as a formula there?"""

from typing import Any

STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """The value; a text that a spreadsheet would run gets an apostrophe in front.

    Source: OWASP, CSV Injection.
    """
    return f"'{value}" if isinstance(value, str) and value[:1] in STARTS else value
