"""Text messages through Aliyun: SendSms of 2017-05-25, signed with ACS3-HMAC-SHA256, and its delivery reports.

Signature: https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
SendSms: https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms
Reports (SmsReport, pushed over HTTP): https://help.aliyun.com/zh/sms/developer-reference/configure-delivery-receipts-1
They are not signed; so their address bears a secret word.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

from jinghou_config.notify import AliyunSettings
from jinghou_queue.contract.calls import NoticeKind
from jinghou_queue.notify.asking import ask, client, code, told
from jinghou_queue.notify.channel import (
    Callback,
    Channel,
    ChannelKind,
    InDoubt,
    Message,
    Never,
    NotFromGateway,
    Outside,
    Receipt,
    Report,
    Reports,
    SlowDown,
)

_VERSION: Final = "2017-05-25"
_ALGORITHM: Final = "ACS3-HMAC-SHA256"
_BUSY: Final = ("Throttling", "ServiceUnavailable")  # how such codes begin; everything else is a no to this message
_IN_DOUBT: Final = ("InternalError", "isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR")
_HEARD: Final = json.dumps({"code": 0, "msg": "接收成功"}, ensure_ascii=False)


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Parameters as they stand in the address and in what is signed."""
    return "&".join(f"{quote(name, safe='~')}={quote(parameters[name], safe='~')}" for name in sorted(parameters))


def authorization(key_id: str, secret: str, method: str, query: str, headers: Mapping[str, str]) -> str:
    """The Authorization header of a request without a body; `headers` are all that are signed, in lower case."""
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = "\n".join((method, "/", query, lines, names, headers["x-acs-content-sha256"]))
    to_sign = f"{_ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{_ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"


class _Aliyun:
    def __init__(self, settings: AliyunSettings, outside: Outside, deadline_s: float) -> None:
        self._settings = settings
        self._outside = outside
        self._http = client(deadline_s)

    def send(self, message: Message) -> Receipt:
        values = {"number": message.number, "service": message.service}
        values |= {"counter": message.counter} if message.kind is NoticeKind.CALLED else {"ahead": str(message.ahead)}
        query = canonical_query(
            {
                "PhoneNumbers": _dialled(message.to),
                "SignName": self._settings.sign_name,
                "TemplateCode": self._template(message),
                "TemplateParam": json.dumps(values, ensure_ascii=False),
                "OutId": message.id,
            }
        )
        answer = ask(self._http, "POST", f"{self._settings.endpoint}/?{query}", headers=self._headers("SendSms", query))
        body = told(answer)
        match body.get("Code"):
            case "OK":
                return Receipt(None if body.get("BizId") is None else str(body["BizId"]))
            case str(fault) if fault.startswith(_BUSY):
                raise SlowDown(code(fault))
            case str(fault) if fault.startswith(_IN_DOUBT):
                raise InDoubt(code(fault))
            case fault:
                raise Never(code(fault))

    def reports(self, callback: Callback) -> Reports:
        word = self._settings.reports
        given = callback.query.get("word", "")
        if word is None or not hmac.compare_digest(given.encode(), word.get_secret_value().encode()):
            raise NotFromGateway
        told_of = json.loads(callback.body)
        if not isinstance(told_of, list):
            raise TypeError("a push is a list of reports")
        return Reports(tuple(map(_report, told_of)), _HEARD, "application/json")

    def _template(self, message: Message) -> str:
        wanted = self._settings
        if message.kind is NoticeKind.CALLED:
            return wanted.called_abroad or wanted.called if message.language == "en" else wanted.called
        return wanted.ahead_abroad or wanted.ahead if message.language == "en" else wanted.ahead

    def _headers(self, action: str, query: str) -> dict[str, str]:
        now = datetime.fromtimestamp(self._outside.now() // 1000, UTC)
        headers = {
            "host": urlsplit(self._settings.endpoint).netloc,
            "x-acs-action": action,
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
            "x-acs-date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": self._outside.nonce(),
            "x-acs-version": _VERSION,
        }
        secret = self._settings.key_secret.get_secret_value()
        return {**headers, "authorization": authorization(self._settings.key_id, secret, "POST", query, headers)}


def _dialled(phone: str) -> str:
    """Eleven digits of the mainland, else country and number without a plus."""
    return phone.removeprefix("+86") if phone.startswith("+86") else phone.removeprefix("+")


def _report(told_of: Any) -> Report:
    if not isinstance(told_of, dict):
        raise TypeError("a report is an object")
    fault = "" if told_of.get("success") is True else code(told_of.get("err_code") or "not-delivered")
    out_id, biz_id = told_of.get("out_id"), told_of.get("biz_id")
    return Report(str(out_id) if out_id else None, str(biz_id) if biz_id else None, fault)


def _make(settings: AliyunSettings, outside: Outside, deadline_s: float) -> Channel:
    return _Aliyun(settings, outside, deadline_s)


KIND: Final = ChannelKind("阿里云短信服务", AliyunSettings, _make)
