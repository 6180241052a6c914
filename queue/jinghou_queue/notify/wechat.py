"""Template messages of a WeChat official account: the account's access token, kept and renewed, and the message.

Token: https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html, which gives several
servers the same one. Message: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html
"""

import json
import threading
from typing import Any, Final

from jinghou_config.notify import WechatSettings
from jinghou_queue.contract.calls import NoticeKind
from jinghou_queue.notify.asking import ask, client, code, told
from jinghou_queue.notify.channel import (
    Channel,
    ChannelKind,
    InDoubt,
    Message,
    Never,
    NotSent,
    Outside,
    Receipt,
    SlowDown,
    TryAgain,
)

_EARLY_S: Final = 300  # before a token ends another is fetched
_TOKEN_REFUSED: Final = frozenset({40001, 40014, 42001})
_BUSY: Final = frozenset({45009, 45011, 45047})


class _Wechat:
    def __init__(self, settings: WechatSettings, outside: Outside, deadline_s: float) -> None:
        self._settings = settings
        self._monotonic = outside.monotonic
        self._http = client(deadline_s)
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def send(self, message: Message) -> Receipt:
        token = self._current()
        answer = self._post(message, token)
        if answer.get("errcode") in _TOKEN_REFUSED:  # somebody else fetched one, or the secret was reset
            answer = self._post(message, self._renewed(token))
        match answer.get("errcode"):
            case 0:
                return Receipt(None if answer.get("msgid") is None else str(answer["msgid"]))
            case fault:
                raise _failure(fault)

    def _post(self, message: Message, token: str) -> dict[str, Any]:
        wanted = self._settings
        body = {
            "touser": message.to,
            "template_id": wanted.called if message.kind is NoticeKind.CALLED else wanted.ahead,
            "client_msg_id": message.id,
            "data": {
                "number": {"value": message.number},
                "service": {"value": message.service},
                "counter": {"value": message.counter},
                "ahead": {"value": str(message.ahead)},
            },
        }
        return self._ask(f"/cgi-bin/message/template/send?access_token={token}", body)

    def _current(self) -> str:
        with self._lock:
            if self._monotonic() >= self._until:
                self._fetch(force=False)
            return self._token

    def _renewed(self, refused: str) -> str:
        """Another token than the one that was refused, fetched once for all threads whose messages it was."""
        with self._lock:
            if self._token == refused:
                self._fetch(force=True)
            return self._token

    def _fetch(self, *, force: bool) -> None:
        body = {
            "grant_type": "client_credential",
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret.get_secret_value(),
            "force_refresh": force,
        }
        try:
            answer = self._ask("/cgi-bin/stable_token", body)
        except InDoubt as doubt:
            raise TryAgain(doubt.reason) from None  # no message was sent with it
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(seconds, int):
            failure = _failure(answer.get("errcode"))
            raise TryAgain(failure.reason) if isinstance(failure, InDoubt) else failure
        self._token = token
        self._until = self._monotonic() + max(0, seconds - _EARLY_S)

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"content-type": "application/json"}
        return told(ask(self._http, "POST", self._settings.endpoint + path, headers=headers, content=content))


def _failure(errcode: object) -> NotSent:
    match errcode:
        case -1:
            return TryAgain("wechat--1")  # 系统繁忙: nothing was done
        case int() if errcode in _BUSY:
            return SlowDown(f"wechat-{errcode}", 60)
        case int():
            return Never(code(f"wechat-{errcode}"))
        case _:
            return InDoubt("no-errcode")


def _make(settings: WechatSettings, outside: Outside, deadline_s: float) -> Channel:
    return _Wechat(settings, outside, deadline_s)


KIND: Final = ChannelKind("a WeChat official account", WechatSettings, _make)
