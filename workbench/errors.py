"""The one error a user can mend: it names the thing, the place and what to type."""


class BadInput(ValueError):
    """Input or usage that cannot be used; its text is one line and says what to do.

    The command line prints the text on stderr and exits with status 2.
    """

    def __init__(self, text: str) -> None:
        """Keep the text on one line, whatever a file put into it."""
        super().__init__(plain(" ".join(text.split())))


def plain(text: str) -> str:
    """A text of unknown origin without what a terminal would obey."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
