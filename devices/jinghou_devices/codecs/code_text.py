"""What the bytes of a code say as characters. A code seldom tells its character set, so this is a rule."""


def text_of(raw: bytes) -> str:
    """`raw` as UTF-8 when it is that to the last byte, else as GB18030, else each byte as the character of its number.

    Longer text is hardly ever both. Never raises: binary content gives text too, and who needs the content takes `raw`.
    """
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
