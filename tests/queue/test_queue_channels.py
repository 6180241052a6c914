"""The channels of messages, each against a server that checks what it is sent, and answers as the vendors do."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from itertools import count
from typing import Any

import pytest
from pydantic import ValidationError
from queue_gateways import (
    KEY_ID,
    KEY_SECRET,
    WEBHOOK_SECRET,
    Gateway,
    Says,
    gateway,
    signed_as_webhook,
    signed_for_aliyun,
    webhook_signature,
)
from queue_house import NINE

from jinghou_config.notify import NotifySettings
from jinghou_config.settings import ConfigError, Section
from jinghou_queue.contract.calls import NoticeKind
from jinghou_queue.notify.aliyun import authorization, canonical_query
from jinghou_queue.notify.channel import (
    Callback,
    Channel,
    ChannelKind,
    InDoubt,
    Message,
    Never,
    NotFromGateway,
    NotSent,
    Outside,
    Receipt,
    Reporting,
    SlowDown,
    TryAgain,
)
from jinghou_queue.notify.installed import install, installed

CALLED = Message(
    id="yunxi.t1-1-called-1",
    kind=NoticeKind.CALLED,
    to="+8613800000001",
    number="A023",
    service="税务",
    counter="3",
    ahead=0,
    hall="云溪市民服务中心",
)
AHEAD = replace(CALLED, kind=NoticeKind.AHEAD, counter="", ahead=3)
TO_USHERS = replace(CALLED, kind=NoticeKind.UNREACHED, to="", waited_s=61)


class Clock:
    """A time that stands until it is moved."""

    def __init__(self) -> None:
        self.s = 0.0
        self._nonces = count()

    @property
    def outside(self) -> Outside:
        return Outside(lambda: NINE + int(self.s * 1000), lambda: self.s, lambda: f"nonce-{next(self._nonces)}")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def channel(name: str, clock: Clock, **options: object) -> Channel:
    settings = NotifySettings.model_validate({"deadline_s": options.pop("deadline_s", 5), name: options})
    return install(name, settings, clock.outside).channel


def aliyun(clock: Clock, at: Gateway, **options: object) -> Channel:
    known: dict[str, object] = {"key_id": KEY_ID, "key_secret": KEY_SECRET, "sign_name": "云溪", "endpoint": at.url}
    return channel("aliyun", clock, **{**known, "called": "SMS_1", "ahead": "SMS_2", **options})


def failure(sending: Channel, message: Message = CALLED) -> NotSent:
    with pytest.raises(NotSent) as raised:
        sending.send(message)
    assert "13800000001" not in str(raised.value)
    return raised.value


# Words


def test_a_message_says_where_to_go_and_nothing_of_the_person() -> None:
    assert CALLED.text == "【云溪市民服务中心】A023 号：请到 3 号窗口办理税务。"
    assert AHEAD.text == "【云溪市民服务中心】A023 号（税务）：前面还有 3 人，请留意大屏。"
    assert "已 61 秒" in TO_USHERS.text
    english = replace(CALLED, language="en", service="Tax", hall="Yunxi Citizen Service Centre").text
    assert english == "Yunxi Citizen Service Centre: number A023, please come to counter 3 for Tax."
    assert "13800000001" not in repr(CALLED)


# Aliyun


def test_aliyuns_own_example_is_signed_as_aliyun_signs_it() -> None:
    query = canonical_query(
        {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
    )
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    signed = authorization("YourAccessKeyId", "YourAccessKeySecret", "POST", query, headers)
    assert signed.endswith("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


def test_aliyun_is_asked_for_the_template_of_the_kind_with_a_signature_it_accepts(clock: Clock) -> None:
    with gateway(Says(200, {"Code": "OK", "BizId": "biz-1"}), judge=signed_for_aliyun) as at:
        sending = aliyun(clock, at, called_abroad="SMS_3")
        assert sending.send(CALLED) == Receipt("biz-1")
        sending.send(AHEAD)
        sending.send(replace(CALLED, to="+447700900123", language="en"))
    first, second, abroad = at.asked
    assert first.headers["x-acs-action"] == "SendSms"
    assert first.headers["x-acs-date"] == "2026-03-02T01:00:00Z"
    assert first.query["PhoneNumbers"] == "13800000001"
    assert (first.query["SignName"], first.query["TemplateCode"]) == ("云溪", "SMS_1")
    assert json.loads(first.query["TemplateParam"]) == {"number": "A023", "service": "税务", "counter": "3"}
    assert first.query["OutId"] == CALLED.id
    assert json.loads(second.query["TemplateParam"]) == {"number": "A023", "service": "税务", "ahead": "3"}
    assert first.headers["x-acs-signature-nonce"] != second.headers["x-acs-signature-nonce"]
    assert (abroad.query["PhoneNumbers"], abroad.query["TemplateCode"]) == ("447700900123", "SMS_3")


def test_a_wrong_secret_is_noticed_by_the_gateway_of_these_tests(clock: Clock) -> None:
    with gateway(Says(200, {"Code": "OK"}), judge=signed_for_aliyun) as at:
        assert failure(aliyun(clock, at, key_secret="another")).reason == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    ("says", "kind", "reason"),
    [
        (
            Says(200, {"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": "触发分钟级流控"}),
            Never,
            "isv.BUSINESS_LIMIT_CONTROL",
        ),
        (Says(200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL"}), Never, "isv.MOBILE_NUMBER_ILLEGAL"),
        (Says(400, {"Code": "Throttling.User"}), SlowDown, "Throttling.User"),
        (Says(200, {"Code": "isp.SYSTEM_ERROR"}), InDoubt, "isp.SYSTEM_ERROR"),
        (Says(200, {"Code": "13800000001 is not a number"}), Never, "unreadable-code"),
        (Says(429, "", {"Retry-After": "7"}), SlowDown, "http-429"),
        (Says(500, "…"), InDoubt, "http-500"),
        (Says(200, "<html>"), InDoubt, "no-json"),
        (Says(403, "<html>"), Never, "http-403"),
        (Says(None), InDoubt, "no-answer"),
    ],
)
def test_what_aliyun_answers_decides_what_is_done(clock: Clock, says: Says, kind: type[NotSent], reason: str) -> None:
    with gateway(says) as at:
        fault = failure(aliyun(clock, at))
    assert (type(fault), fault.reason) == (kind, reason)
    if says.headers:
        assert isinstance(fault, SlowDown)
        assert fault.wait_s == 7


def test_a_gateway_that_is_not_there_took_nothing_and_one_that_is_silent_may_have(clock: Clock) -> None:
    with gateway(Says()) as gone:
        pass
    assert isinstance(failure(aliyun(clock, gone)), TryAgain)
    with gateway(Says(hold=threading.Event())) as silent:
        assert isinstance(failure(aliyun(clock, silent, deadline_s=0.2)), InDoubt)


def pushed(sending: Channel, body: object, **query: str) -> Any:
    assert isinstance(sending, Reporting)
    return sending.reports(Callback(query, {}, json.dumps(body).encode()))


def test_aliyuns_reports_are_taken_from_whoever_knows_the_word(clock: Clock) -> None:
    with gateway(Says()) as at:
        sending = aliyun(clock, at, reports="a-long-random-word")
        silent = aliyun(clock, at)
    told = [
        {"phone_number": "13800000001", "success": True, "err_code": "DELIVERED", "out_id": "yunxi.n1", "biz_id": "b1"},
        {"phone_number": "13800000001", "success": False, "err_code": "UNDELIV", "biz_id": "b2"},
    ]
    heard = pushed(sending, told, word="a-long-random-word")
    assert [(each.id, each.receipt, each.fault) for each in heard.reports] == [
        ("yunxi.n1", "b1", ""),
        (None, "b2", "UNDELIV"),
    ]
    assert json.loads(heard.answer)["code"] == 0
    for who, query in ((sending, {"word": "guess"}), (sending, {}), (silent, {"word": ""})):
        with pytest.raises(NotFromGateway):
            pushed(who, told, **query)
    with pytest.raises(TypeError):
        pushed(sending, {}, word="a-long-random-word")


# Any gateway


def test_any_gateway_is_asked_as_the_settings_say(clock: Clock) -> None:
    with gateway(Says(200, {"result": {"code": 0, "sid": "s-1"}})) as at:
        sending = channel(
            "gateway",
            clock,
            url=f"{at.url}/send?to=$phone",
            body='{"mobile": "$national", "content": "$text", "price": "$$1"}',
            authorization="Bearer key-of-tests",
            success_key="result.code",
            receipt_key="result.sid",
        )
        assert sending.send(replace(CALLED, service='税务"与\\费')) == Receipt("s-1")
    (asked,) = at.asked
    assert asked.query == {"to": "+8613800000001"}
    assert asked.headers["authorization"] == "Bearer key-of-tests"
    assert asked.json == {
        "mobile": "13800000001",
        "content": '【云溪市民服务中心】A023 号：请到 3 号窗口办理税务"与\\费。',
        "price": "$1",
    }


def test_a_form_is_written_as_a_form(clock: Clock) -> None:
    with gateway(Says(200, "ok")) as at:
        sending = channel("gateway", clock, url=at.url, form="form", body="m=$phone&c=$service")
        assert sending.send(replace(CALLED, service="a&b=c")) == Receipt()
    (asked,) = at.asked
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.body == b"m=%2B8613800000001&c=a%26b%3Dc"


@pytest.mark.parametrize(
    ("says", "kind", "reason"),
    [
        (Says(200, {"code": "E7"}), Never, "E7"),
        (Says(200, {"code": "BUSY"}), SlowDown, "BUSY"),
        (Says(200, {}), Never, "None"),
        (Says(200, "[]"), InDoubt, "no-json"),
        (Says(502, ""), InDoubt, "http-502"),
    ],
)
def test_the_rule_of_success_decides(clock: Clock, says: Says, kind: type[NotSent], reason: str) -> None:
    with gateway(says) as at:
        sending = channel("gateway", clock, url=at.url, success_key="code", busy_values=["BUSY"])
        fault = failure(sending)
    assert (type(fault), fault.reason) == (kind, reason)


def test_without_a_rule_the_status_decides(clock: Clock) -> None:
    with gateway(Says(404, "…")) as at:
        assert failure(channel("gateway", clock, url=at.url)).reason == "http-404"


@pytest.mark.parametrize("body", ["$name", "costs 5$", "${phone"])
def test_a_template_that_names_what_there_is_not_is_refused_at_the_start(body: str) -> None:
    with pytest.raises(ValidationError):
        NotifySettings.model_validate({"gateway": {"url": "http://gateway.example/", "body": body}})


# WeChat


class Wechat:
    """The account's two addresses: gives tokens, and takes messages that bear the last one."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.valid = ""
        self.answer: dict[str, object] = {"errcode": 0, "errmsg": "ok", "msgid": 77}

    def judge(self, asked: Any) -> Says:
        if asked.path == "/cgi-bin/stable_token":
            assert (asked.json["appid"], asked.json["secret"]) == ("wx-test", "wechat-secret")
            if asked.json["force_refresh"] or not self.valid:
                self.valid = f"token-{len(self.tokens)}"
            self.tokens.append(self.valid)
            return Says(200, {"access_token": self.valid, "expires_in": 7200})
        if asked.query["access_token"] != self.valid:
            return Says(200, {"errcode": 40001, "errmsg": "invalid credential"})
        return Says(200, self.answer)


@pytest.fixture
def wechat() -> Wechat:
    return Wechat()


@pytest.fixture
def account(wechat: Wechat) -> Iterator[Gateway]:
    with gateway(Says(), judge=wechat.judge) as at:
        yield at


def official(clock: Clock, at: Gateway) -> Channel:
    options = {"app_id": "wx-test", "app_secret": "wechat-secret", "called": "T1", "ahead": "T2", "endpoint": at.url}
    return channel("wechat", clock, **options)


def test_wechats_token_is_fetched_once_and_again_before_it_ends(clock: Clock, wechat: Wechat, account: Gateway) -> None:
    sending = official(clock, account)
    for _ in range(3):
        assert sending.send(replace(CALLED, to="openid-1")) == Receipt("77")
    assert len(wechat.tokens) == 1
    clock.s = 7200 - 300
    sending.send(AHEAD)
    assert len(wechat.tokens) == 2
    body = account.asked[1].json
    assert (body["touser"], body["template_id"], body["data"]["counter"]["value"]) == ("openid-1", "T1", "3")
    assert account.asked[-1].json["template_id"] == "T2"


def test_a_token_that_is_refused_is_renewed_and_the_message_sent(
    clock: Clock, wechat: Wechat, account: Gateway
) -> None:
    sending = official(clock, account)
    sending.send(CALLED)
    wechat.valid = "of-another-server"
    assert sending.send(CALLED) == Receipt("77")
    assert len(wechat.tokens) == 2


def test_many_messages_whose_token_is_refused_renew_it_once(clock: Clock, wechat: Wechat, account: Gateway) -> None:
    sending = official(clock, account)
    sending.send(CALLED)
    wechat.valid = "of-another-server"
    threads = [threading.Thread(target=sending.send, args=(CALLED,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wechat.tokens) == 2


@pytest.mark.parametrize(
    ("errcode", "kind"), [(40003, Never), (43004, Never), (45009, SlowDown), (-1, TryAgain), (None, InDoubt)]
)
def test_wechats_errcode_decides(
    clock: Clock, wechat: Wechat, account: Gateway, errcode: int | None, kind: type[NotSent]
) -> None:
    wechat.answer = {"errcode": errcode}
    assert type(failure(official(clock, account))) is kind


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        (Says(200, {"errcode": 40125, "errmsg": "invalid appsecret"}), Never),
        (Says(500), TryAgain),
        (Says(200, "?"), TryAgain),
        (Says(200, {}), TryAgain),
    ],
)
def test_without_a_token_no_message_can_have_been_sent(clock: Clock, says: Says, kind: type[NotSent]) -> None:
    with gateway(says) as at:
        assert type(failure(official(clock, at))) is kind
        assert {asked.path for asked in at.asked} == {"/cgi-bin/stable_token"}


# WeCom and the own system


def test_ushers_read_in_their_group_whom_to_look_for(clock: Clock) -> None:
    with gateway(Says(200, {"errcode": 0, "errmsg": "ok"})) as at:
        assert channel("wecom", clock, key="robot-key", endpoint=at.url).send(TO_USHERS) == Receipt()
    (asked,) = at.asked
    assert (asked.path, asked.query) == ("/cgi-bin/webhook/send", {"key": "robot-key"})
    assert asked.json == {"msgtype": "text", "text": {"content": TO_USHERS.text}}


@pytest.mark.parametrize(("errcode", "kind"), [(45009, SlowDown), (93000, Never), (-1, TryAgain), ("?", InDoubt)])
def test_wecoms_errcode_decides(clock: Clock, errcode: object, kind: type[NotSent]) -> None:
    with gateway(Says(200, {"errcode": errcode})) as at:
        assert type(failure(channel("wecom", clock, key="k", endpoint=at.url), TO_USHERS)) is kind


def own_system(clock: Clock, at: Gateway) -> Channel:
    return channel("webhook", clock, url=f"{at.url}/hook", secret=WEBHOOK_SECRET)


def test_an_own_system_can_tell_that_a_message_is_ours(clock: Clock) -> None:
    with gateway(Says(204), judge=signed_as_webhook) as at:
        assert own_system(clock, at).send(CALLED) == Receipt()
    (asked,) = at.asked
    assert (asked.headers["webhook-id"], asked.headers["webhook-timestamp"]) == (CALLED.id, str(NINE // 1000))
    assert asked.json == {
        "type": "message.called",
        "to": "+8613800000001",
        "text": CALLED.text,
        "hall": "云溪市民服务中心",
        "number": "A023",
        "service": "税务",
        "counter": "3",
        "ahead": 0,
    }


def test_an_own_systems_report_must_be_signed_and_fresh(clock: Clock) -> None:
    with gateway(Says()) as at:
        sending = own_system(clock, at)
    assert isinstance(sending, Reporting)
    body = json.dumps({"id": CALLED.id, "state": "failed", "fault": "13800000001 is off"}).encode()
    now = str(NINE // 1000)

    def report(timestamp: str, signature: str) -> Any:
        headers = {"webhook-id": "r1", "webhook-timestamp": timestamp, "webhook-signature": signature}
        return sending.reports(Callback({}, headers, body))

    (told,) = report(now, f"v1,other {webhook_signature(WEBHOOK_SECRET, 'r1', now, body)}").reports
    assert (told.id, told.fault) == (CALLED.id, "unreadable-code")
    old = str(NINE // 1000 - 301)
    for timestamp, signature in (
        (now, webhook_signature("another-secret-16", "r1", now, body)),
        (now, ""),
        (old, webhook_signature(WEBHOOK_SECRET, "r1", old, body)),
        ("", webhook_signature(WEBHOOK_SECRET, "r1", "", body)),
    ):
        with pytest.raises(NotFromGateway):
            report(timestamp, signature)


# Which there are


class Options(Section):
    """Of a channel of another package."""

    colour: str


def offers(monkeypatch: pytest.MonkeyPatch, *objects: object) -> None:
    """Let so many installed packages offer a channel `pigeon`."""

    class Offer(EntryPoint):
        def load(self) -> Any:
            return objects[0]

    found = [Offer("pigeon", "pigeons:KIND", "jinghou.channels") for _ in objects]
    monkeypatch.setattr(
        "jinghou_queue.notify.installed.entry_points", lambda group, name: found if name == "pigeon" else []
    )


class Pigeon:
    def __init__(self, options: Options) -> None:
        self.colour = options.colour

    def send(self, message: Message) -> Receipt:
        return Receipt(f"{self.colour}-{message.number}")


PIGEON: ChannelKind[Options] = ChannelKind("a pigeon", Options, lambda options, _, __: Pigeon(options))


def test_another_package_offers_a_channel_by_its_entry_point(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    offers(monkeypatch, PIGEON)
    settings = NotifySettings.model_validate({"people": "pigeon", "plugins": {"pigeon": {"colour": "white"}}})
    channels = installed(settings, clock.outside)
    assert sorted(channels) == ["console", "pigeon"]
    assert channels["pigeon"].channel.send(CALLED) == Receipt("white-A023")


@pytest.mark.parametrize(
    ("objects", "options", "says"),
    [
        ([], {"colour": "white"}, "no installed package offers it"),
        ([PIGEON, PIGEON], {"colour": "white"}, "uninstall all but one"),
        ([object()], {"colour": "white"}, "is not a ChannelKind"),
        ([PIGEON], {}, "colour: Field required"),
        ([PIGEON], {"colour": "white", "size": 3}, "size: unknown key"),
    ],
)
def test_a_channel_that_cannot_be_used_is_told_at_the_start(
    monkeypatch: pytest.MonkeyPatch, objects: list[object], options: dict[str, object], says: str
) -> None:
    offers(monkeypatch, *objects)
    with pytest.raises(ConfigError, match=says):
        installed(NotifySettings.model_validate({"plugins": {"pigeon": options}}))


@pytest.mark.parametrize("people", ["aliyun", "carrier", "wechat"])
def test_people_are_not_written_to_over_a_channel_that_is_not_set_up(people: str) -> None:
    with pytest.raises(ValidationError, match=f"people.*{people}"):
        NotifySettings.model_validate({"people": people})


def secrets_of(settings: NotifySettings) -> Callable[[str], bool]:
    return lambda secret: secret in repr(settings) or secret in settings.model_dump_json()


def test_no_secret_of_a_gateway_is_in_what_is_printed_of_the_settings() -> None:
    settings = NotifySettings.model_validate(
        {
            "wecom": {"key": "robot-key"},
            "webhook": {"url": "http://own.example/hook", "secret": WEBHOOK_SECRET},
            "gateway": {"url": "http://g.example/", "authorization": "Bearer key-of-tests"},
        }
    )
    assert not any(map(secrets_of(settings), ("robot-key", WEBHOOK_SECRET, "key-of-tests")))
