"""Messages to the ushers' group in WeCom, through the group's robot.

https://developer.work.weixin.qq.com/document/path/91770: the key in the address is the proof; 20 messages a minute.
"""

import json
from typing import Final

from jinghou_config.notify import WecomSettings
from jinghou_queue.notify.asking import ask, client, code, told
from jinghou_queue.notify.channel import (
    Channel,
    ChannelKind,
    InDoubt,
    Message,
    Never,
    Outside,
    Receipt,
    SlowDown,
    TryAgain,
)

_TOO_OFTEN: Final = 45009


class _Wecom:
    def __init__(self, settings: WecomSettings, deadline_s: float) -> None:
        self._url = f"{settings.endpoint}/cgi-bin/webhook/send?key={settings.key.get_secret_value()}"
        self._http = client(deadline_s)

    def send(self, message: Message) -> Receipt:
        body = json.dumps({"msgtype": "text", "text": {"content": message.text}}, ensure_ascii=False).encode()
        answer = told(ask(self._http, "POST", self._url, headers={"content-type": "application/json"}, content=body))
        match answer.get("errcode"):
            case 0:
                return Receipt()
            case -1:
                raise TryAgain("wecom--1")
            case int(fault) if fault == _TOO_OFTEN:
                raise SlowDown(f"wecom-{fault}", 60)
            case int(fault):
                raise Never(code(f"wecom-{fault}"))
            case _:
                raise InDoubt("no-errcode")


def _make(settings: WecomSettings, _: Outside, deadline_s: float) -> Channel:
    return _Wecom(settings, deadline_s)


KIND: Final = ChannelKind("the robot of a WeCom group", WecomSettings, _make)
