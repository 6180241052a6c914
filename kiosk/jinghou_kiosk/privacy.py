"""Making a person's data fit to be shown."""


def mask_name(name: str) -> str | None:
    """The family character and one star ("张*"), or None for a name that gives no such mask.

    A name in Latin letters gives none: its first letter says nothing to the person who reads it.
    """
    name = name.strip()
    if not name or name[0].isascii():
        return None
    return f"{name[0]}*"
