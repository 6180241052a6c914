"""A phone that a person is reached at: checked by its shape, and kept as an international number (E.164)."""

from typing import Annotated, Final

import msgspec

MAINLAND: Final = "1[3-9][0-9]{9}"
"""A mobile of the mainland, as people say it."""
_ABROAD: Final = r"\+(?!86|852|853|886)[1-9][0-9]{7,14}"
_SHAPE: Final = rf"(?:(?:\+86)?{MAINLAND}|\+852[4-9][0-9]{{7}}|\+8536[0-9]{{7}}|\+8869[0-9]{{8}}|{_ABROAD})"

PhoneText = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^{_SHAPE}(?!\n)$",
        description="a mobile of the mainland (13800000000, with or without +86), or +, the country and the number",
    ),
]


class Phone(msgspec.Struct, frozen=True):
    """The own phone, or a `relative`'s who lets the person know."""

    number: str
    relative: bool = False

    @classmethod
    def of(cls, text: str, *, relative: bool = False) -> "Phone":
        """From a number of the shape that PhoneText asks for."""
        return cls(text if text.startswith("+") else f"+86{text}", relative)

    def __repr__(self) -> str:
        """Without the number: a repr ends up in logs and tracebacks."""
        return "Phone(‹hidden›)"

    @property
    def masked(self) -> str:
        """138****5678, or the country and the last two digits: enough for whoever knows the number."""
        own = self.number.removeprefix("+86")
        return f"{own[:3]}****{own[-4:]}" if own != self.number else f"{own[:4]}****{own[-2:]}"
