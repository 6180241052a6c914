"""Settings of the channels over which the silent-queue server writes to people's phones and to ushers."""

from string import Template
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from jinghou_config.devices import Option
from jinghou_config.settings import Section

FIELDS: Final = ("phone", "national", "text", "number", "service", "counter", "ahead", "kind", "id")
"""What a request to a gateway may name: nothing else is known of a message."""

_URL: Final = r"^https?://[^\s/]+(/\S*)?$"


def _names_fields(text: str) -> str:
    template = Template(text)
    if not template.is_valid():
        raise ValueError("has a $ that names nothing; write $$ for the character")
    unknown = sorted(set(template.get_identifiers()) - set(FIELDS))
    if unknown:
        raise ValueError(f"names ${unknown[0]}; there are {', '.join('$' + name for name in FIELDS)}")
    return text


Templated = Annotated[str, AfterValidator(_names_fields)]


class AliyunSettings(Section):
    """Text messages through Aliyun (阿里云短信服务)."""

    key_id: str = Field(min_length=1, description="AccessKey ID of a user who may send text messages and nothing else")
    key_secret: SecretStr = Field(description="its AccessKey Secret")
    sign_name: str = Field(min_length=1, description="the signature that the messages bear (签名), without 【】")
    called: str = Field(min_length=1, description="code of the template for a call: ${number} ${service} ${counter}")
    ahead: str = Field(min_length=1, description="code of the template before the turn: ${number} ${service} ${ahead}")
    called_abroad: str = Field("", description="the same for phones abroad, in English; none: the first")
    ahead_abroad: str = Field("", description="the same for phones abroad, in English; none: the first")
    reports: SecretStr | None = Field(
        None, description="a long random word in the address that delivery reports come to; none: none are taken"
    )
    endpoint: str = Field("https://dysmsapi.aliyuncs.com", pattern=_URL, description="where it is asked")


class GatewaySettings(Section):
    """Text messages through any gateway that is asked over HTTP."""

    url: Templated = Field(pattern=_URL, description="address; $phone and others in it are filled in")
    method: Literal["POST", "GET"] = Field("POST", description="how it is asked")
    form: Literal["json", "form"] = Field("json", description="what the body is, and so how values in it are written")
    body: Templated = Field("", description='template of the body, e.g. {"to": "$phone", "text": "$text"}')
    authorization: SecretStr | None = Field(None, description="the Authorization header, e.g. Bearer …; none: none")
    success_key: str = Field(
        "", description="key of the JSON answer that says whether it was taken, e.g. result.code; none: the status does"
    )
    success_values: tuple[str, ...] = Field(("0",), description="what stands there when it was")
    busy_values: tuple[str, ...] = Field((), description="what stands there when it is to be asked less often")
    receipt_key: str = Field("", description="key of the answer that names the message; none: nothing does")


class WechatSettings(Section):
    """Template messages of a WeChat official account (微信公众号)."""

    app_id: str = Field(min_length=1, description="AppID of the account")
    app_secret: SecretStr = Field(description="its AppSecret")
    called: str = Field(min_length=1, description="id of the template for a call")
    ahead: str = Field(min_length=1, description="id of the template before the turn")
    endpoint: str = Field("https://api.weixin.qq.com", pattern=_URL, description="where it is asked")


class WecomSettings(Section):
    """Messages to the ushers' group in WeCom (企业微信), through its robot."""

    key: SecretStr = Field(description="what stands behind key= in the robot's address")
    endpoint: str = Field("https://qyapi.weixin.qq.com", pattern=_URL, description="where it is asked")


class WebhookSettings(Section):
    """Messages to a system of one's own, signed as Standard Webhooks asks for."""

    url: str = Field(pattern=_URL, description="address that they are sent to")
    secret: SecretStr = Field(min_length=16, description="what both sides sign with: at least 16 characters")


class NotifySettings(Section):
    """Over which channels people and ushers are written to, and how often."""

    people: str | None = Field(
        None, description="channel for people's phones: aliyun, gateway, webhook, console or a plug-in's; none: none"
    )
    ushers: str | None = Field(
        None,
        description="channel for ushers: wecom, webhook, console or a plug-in's; none: the list in their page only",
    )
    deadline_s: float = Field(10, gt=0, le=60, description="seconds until a gateway that does not answer is given up")
    tries: int = Field(4, ge=1, le=10, description="how often a message that was not taken is sent")
    per_minute: int = Field(600, ge=1, le=60_000, description="messages a channel takes in a minute, from one process")
    per_phone_hour: int = Field(12, ge=1, le=1000, description="messages one phone gets in an hour, from one process")
    aliyun: AliyunSettings | None = Field(None, description="text messages through Aliyun")
    gateway: GatewaySettings | None = Field(None, description="text messages through another gateway")
    wechat: WechatSettings | None = Field(None, description="template messages of a WeChat official account")
    wecom: WecomSettings | None = Field(None, description="messages to the ushers' group in WeCom")
    webhook: WebhookSettings | None = Field(None, description="messages to a system of one's own")
    plugins: dict[str, dict[str, Option]] = Field(
        default_factory=dict, description="settings of channels of other packages, by the channel's name"
    )

    @model_validator(mode="after")
    def _channels_are_there(self) -> Self:
        if self.people in {"wechat", "wecom"}:
            raise ValueError(f"people cannot be {self.people}: tickets know a phone, and it needs another address")
        for what, name in (("people", self.people), ("ushers", self.ushers)):
            if name is not None and name not in self.names:
                there_are = ", ".join(self.names)
                raise ValueError(f"{what} names {name}, which has no section [notify.{name}]; there are {there_are}")
        return self

    @property
    def names(self) -> list[str]:
        """The channels that are set up; the log always is."""
        own = (name for name in OWN_CHANNELS if getattr(self, name, None) is not None)
        return ["console", *own, *self.plugins]


OWN_CHANNELS: Final = ("aliyun", "gateway", "wechat", "wecom", "webhook")
