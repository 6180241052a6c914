"""Messages to a hall's own system, signed both ways as Standard Webhooks 1.0 describes.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: `webhook-id`,
`webhook-timestamp` (Unix time in s) and `webhook-signature`, `v1,` and the base64 of an HMAC-SHA256 over
`id.timestamp.body`. The same id is the same message, so one in doubt is sent again.
"""

import hashlib
import hmac
import json
from base64 import b64encode
from typing import Final

from jinghou_config.notify import WebhookSettings
from jinghou_queue.notify.asking import ask, client, code
from jinghou_queue.notify.channel import (
    Callback,
    Channel,
    ChannelKind,
    Message,
    Never,
    NotFromGateway,
    Outside,
    Receipt,
    Report,
    Reports,
)

_FRESH_S: Final = 300


def sign(secret: str, name: str, timestamp: str, body: bytes) -> str:
    """The signature of one request."""
    signed = hmac.new(secret.encode(), f"{name}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{b64encode(signed.digest()).decode()}"


class _Webhook:
    def __init__(self, settings: WebhookSettings, outside: Outside, deadline_s: float) -> None:
        self._url = settings.url
        self._secret = settings.secret.get_secret_value()
        self._now = outside.now
        self._http = client(deadline_s)

    def send(self, message: Message) -> Receipt:
        body = json.dumps(
            {
                "type": f"message.{message.kind.value}",
                "to": message.to or None,
                "text": message.text,
                "hall": message.hall,
                "number": message.number,
                "service": message.service,
                "counter": message.counter or None,
                "ahead": message.ahead,
            },
            ensure_ascii=False,
        ).encode()
        timestamp = str(self._now() // 1000)
        headers = {
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": timestamp,
            "webhook-signature": sign(self._secret, message.id, timestamp, body),
        }
        answer = ask(self._http, "POST", self._url, headers=headers, content=body)
        if not answer.is_success:
            raise Never(f"http-{answer.status_code}")
        return Receipt()

    def reports(self, callback: Callback) -> Reports:
        name = callback.headers.get("webhook-id", "")
        timestamp = callback.headers.get("webhook-timestamp", "")
        given = callback.headers.get("webhook-signature", "").split()
        right = sign(self._secret, name, timestamp, callback.body)
        fresh = timestamp.isdecimal() and abs(self._now() // 1000 - int(timestamp)) <= _FRESH_S
        if not fresh or not any(hmac.compare_digest(each.encode(), right.encode()) for each in given):
            raise NotFromGateway
        told = json.loads(callback.body)
        if not isinstance(told, dict) or not isinstance(told.get("id"), str):
            raise TypeError("a report names the message's id")
        fault = "" if told.get("state") == "delivered" else code(told.get("fault") or "not-delivered")
        return Reports((Report(told["id"], None, fault),))


def _make(settings: WebhookSettings, outside: Outside, deadline_s: float) -> Channel:
    return _Webhook(settings, outside, deadline_s)


KIND: Final = ChannelKind("a system of one's own", WebhookSettings, _make, repeatable=True)
