"""A booking as a file that calendars on phones and computers read (RFC 5545). It names nobody and opens nothing."""

from datetime import UTC, datetime
from typing import Final

_LINE_BYTES: Final = 75


def calendar_file(uid: str, made_at: int, starts_at: int, ends_at: int, title: str, place: str, note: str) -> bytes:
    """One event, with a reminder an hour before; times are Unix times in milliseconds."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Jinghou//Booking//ZH",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_utc(made_at)}",
        f"DTSTART:{_utc(starts_at)}",
        f"DTEND:{_utc(ends_at)}",
        f"SUMMARY:{_text(title)}",
        f"LOCATION:{_text(place)}",
        f"DESCRIPTION:{_text(note)}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(title)}",
        "TRIGGER:-PT1H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _utc(at: int) -> str:
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    for mark in ("\\", ";", ","):
        words = words.replace(mark, "\\" + mark)
    return words.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A long line goes on in the next, which begins with a blank; no character is cut in two."""
    folded, length = bytearray(), 0
    for character in map(str.encode, line):
        if length + len(character) > _LINE_BYTES:
            folded += b"\r\n "
            length = 1
        folded += character
        length += len(character)
    return bytes(folded) + b"\r\n"
