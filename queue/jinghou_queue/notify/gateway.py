"""Text messages through any gateway that is asked over HTTP: the settings say how it is asked, and what its yes is."""

import json
from collections.abc import Callable
from string import Template
from typing import Any, Final
from urllib.parse import quote, quote_plus

import httpx

from jinghou_config.notify import GatewaySettings
from jinghou_queue.notify.asking import ask, client, code, told
from jinghou_queue.notify.channel import Channel, ChannelKind, Message, Never, Outside, Receipt, SlowDown

_MEDIA_TYPES: Final = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


def _in_json(value: str) -> str:
    """A value as it stands between the quotes of a JSON text."""
    return json.dumps(value, ensure_ascii=False)[1:-1]


_WRITTEN: Final[dict[str, Callable[[str], str]]] = {"json": _in_json, "form": quote_plus}


def _fields(message: Message, written: Callable[[str], str]) -> dict[str, str]:
    values = {
        "phone": message.to,
        "national": message.to.removeprefix("+86"),
        "text": message.text,
        "number": message.number,
        "service": message.service,
        "counter": message.counter,
        "ahead": str(message.ahead),
        "kind": message.kind.value,
        "id": message.id,
    }
    return {name: written(value) for name, value in values.items()}


class _Gateway:
    def __init__(self, settings: GatewaySettings, deadline_s: float) -> None:
        self._settings = settings
        self._http = client(deadline_s)

    def send(self, message: Message) -> Receipt:
        wanted = self._settings
        url = Template(wanted.url).substitute(_fields(message, lambda value: quote(value, safe="")))
        headers = {}
        if wanted.authorization is not None:
            headers["authorization"] = wanted.authorization.get_secret_value()
        content = None
        if wanted.body:
            headers["content-type"] = _MEDIA_TYPES[wanted.form]
            content = Template(wanted.body).substitute(_fields(message, _WRITTEN[wanted.form])).encode()
        return self._judge(ask(self._http, wanted.method, url, headers=headers, content=content))

    def _judge(self, answer: httpx.Response) -> Receipt:
        wanted = self._settings
        if not wanted.success_key:
            if not answer.is_success:
                raise Never(f"http-{answer.status_code}")
            return Receipt(_found(told(answer), wanted.receipt_key) if wanted.receipt_key else None)
        body = told(answer)
        result = _found(body, wanted.success_key)
        if result in wanted.success_values:
            return Receipt(_found(body, wanted.receipt_key) if wanted.receipt_key else None)
        if result in wanted.busy_values:
            raise SlowDown(code(result))
        raise Never(code(result))


def _found(body: object, key: str) -> str | None:
    """What stands at a dotted key of a JSON answer, as text."""
    found: Any = body
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return None if found is None else str(found)


def _make(settings: GatewaySettings, _: Outside, deadline_s: float) -> Channel:
    return _Gateway(settings, deadline_s)


KIND: Final = ChannelKind("any gateway of text messages", GatewaySettings, _make)
