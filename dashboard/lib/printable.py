"""Text of strangers, such as another program's command line, for a terminal or one line of a page."""


def printable(text: str) -> str:
    """Return the text with everything that would move a cursor, change a colour or end the line escaped."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
