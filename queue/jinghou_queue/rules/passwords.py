"""What a password must be, and how long one waits after wrong ones. Hashing is in `jinghou_queue.passwords`.

Length counts, as NIST SP 800-63B says: no rules on kinds of characters, which only make people choose Password1!.
"""

import unicodedata
from typing import Final

LEAST: Final = 10
MOST: Final = 128

_FREE: Final = 5  # wrong passwords in a row that cost nothing: people mistype
_FIRST_MS: Final = 1000
_LONGEST_MS: Final = 15 * 60 * 1000

_GUESSED_FIRST: Final = """
0000000000 0123456789 0987654321 1111111111 1122334455 1234567890 12345678910 1234567891 123123123123 123456789a
1234567890a 1q2w3e4r5t 1qaz2wsx3edc a1234567890 a123456789 aa123456789 aaaaaaaaaa abcd123456 abcdefghij admin123456
adminadmin administrator iloveyou1314 password12 password123 password1234 passwordpassword q1w2e3r4t5 qwer123456
qwertyuiop qwertyuiop123 woaini1314520 woaini520520 zxcvbnm123
"""


def plain(password: str) -> str:
    """The same password however it was typed: a Chinese keyboard can give ａ１ for a1."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, login: str) -> str | None:
    """What is wrong with a new password, in words that do not repeat it; None when it will do."""
    typed = plain(password)
    if len(typed) < LEAST:
        return f"a password has at least {LEAST} characters"
    if len(typed) > MOST:
        return f"a password has at most {MOST} characters"
    if typed.lower() == login:
        return "the password must not be the login"
    if typed.lower() in _GUESSED_FIRST.split():
        return "this password is among the first that anybody guesses"
    return None


def pause_ms(failures: int) -> int:
    """How long after the last of so many wrong passwords in a row the next is looked at, in milliseconds."""
    if failures < _FREE:
        return 0
    return min(_FIRST_MS << min(failures - _FREE, 32), _LONGEST_MS)
