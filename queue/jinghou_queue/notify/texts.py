"""The words of messages. A number, a service, a counter, a count: nothing in them leads to a person."""

from typing import Final, Literal

from jinghou_queue.contract.calls import NoticeKind

_WORDS: Final = {
    (NoticeKind.CALLED, "zh"): "【{hall}】{number} 号：请到 {counter} 号窗口办理{service}。",
    (NoticeKind.CALLED, "en"): "{hall}: number {number}, please come to counter {counter} for {service}.",
    (NoticeKind.AHEAD, "zh"): "【{hall}】{number} 号（{service}）：前面还有 {ahead} 人，请留意大屏。",
    (NoticeKind.AHEAD, "en"): "{hall}: number {number} ({service}): {ahead} ahead of you. Please watch the screens.",
    (
        NoticeKind.UNREACHED,
        "zh",
    ): "{number} 号（{service}）叫到 {counter} 号窗口已 {waited} 秒，本人还没有看到，请帮忙找一下。",
    (
        NoticeKind.UNREACHED,
        "en",
    ): "{number} ({service}) was called to counter {counter} {waited} s ago and has not seen it.",
}
_OF_CHINA: Final = ("+86", "+852", "+853", "+886")


def words(kind: NoticeKind, language: Literal["zh", "en"]) -> str:
    """The template of a message."""
    return _WORDS[kind, language]


def language_of(phone: str) -> Literal["zh", "en"]:
    """In which language an international number is written to."""
    return "zh" if phone.startswith(_OF_CHINA) else "en"
