"""The errors that reach a user. Each says what was found, what was expected, and what to do."""

from geodata.messages import sentence


class NetzlageError(Exception):
    """A failure with a message for the user; `code` names its text in `messages.toml`."""

    exit_code = 1

    def __init__(self, code: str, **values: object) -> None:
        """Take the code of the text and the values it needs; a missing value is a KeyError here, not when the user reads it."""
        self.code = code
        self.values = values
        super().__init__(sentence(code, **values))

    def __reduce__(self) -> tuple[object, ...]:
        """How an error comes back whole from another process."""
        return _again, (type(self), self.code, self.values)

    def message(self, lang: str) -> str:
        """The message in `lang` (`de` or `en`)."""
        return sentence(self.code, lang, **self.values)


class InputError(NetzlageError):
    """A file, profile or argument that cannot be used; nothing published was touched."""

    exit_code = 2


def _again(kind: type[NetzlageError], code: str, values: dict[str, object]) -> NetzlageError:
    return kind(code, **values)
