"""`notify`: the channels that are set up, and a message by hand over one of them."""

import argparse

import msgspec

from jinghou_config.log import configure_logging
from jinghou_config.queue import QueueSettings
from jinghou_queue.commands import CommandFailed, Commands, WrongCall, command, group
from jinghou_queue.contract.calls import NoticeKind
from jinghou_queue.contract.phone import Phone, PhoneText
from jinghou_queue.notify.channel import Message, NotSent
from jinghou_queue.notify.installed import OUTSIDE, install, installed
from jinghou_queue.notify.texts import language_of


def add(commands: Commands) -> None:
    """Add this area's commands."""
    actions = group(commands, "notify", "list the channels for messages, and try one")
    command(actions, "list", "the channels that are set up, and what for", _list)
    trying = command(actions, "test", "send one message by hand, and say what became of it", _test)
    trying.add_argument("--channel", required=True, help="its name in the settings, e.g. aliyun")
    trying.add_argument("--phone", type=_phone, help="a mobile, e.g. 13800000000; leave it out for the ushers")
    trying.add_argument("--openid", help="instead of a phone, for wechat")


def _phone(text: str) -> str:
    try:
        return Phone.of(msgspec.convert(text, PhoneText)).number
    except msgspec.ValidationError:
        raise argparse.ArgumentTypeError("is not a mobile such as 13800000000 or +85261234567") from None


def _list(_: argparse.Namespace, settings: QueueSettings) -> None:
    used = {"people": settings.notify.people, "ushers": settings.notify.ushers}
    for name, channel in installed(settings.notify).items():
        whom = " and ".join(who for who, used_by in used.items() if used_by == name)
        print(f"{name}  {channel.title}" + (f"  for {whom}" if whom else ""))


def _test(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    if arguments.channel not in settings.notify.names:
        there_are = ", ".join(settings.notify.names)
        raise WrongCall(f"there is no channel {arguments.channel}; there are {there_are}")
    configure_logging(settings.log)
    channel = install(arguments.channel, settings.notify, OUTSIDE).channel
    to = arguments.phone or arguments.openid or ""
    language = language_of(to) if arguments.phone else "zh"
    message = Message(
        id=f"test.{OUTSIDE.nonce()}",
        kind=NoticeKind.CALLED if to else NoticeKind.UNREACHED,
        to=to,
        number="A000",
        service="测试" if language == "zh" else "a test",
        counter="0",
        ahead=0,
        hall="静候" if language == "zh" else "Jinghou",
        language=language,
    )
    try:
        receipt = channel.send(message)
    except NotSent as fault:
        raise CommandFailed(f"{arguments.channel}: {type(fault).__name__}: {fault.reason}") from None
    print(f"{arguments.channel}: taken" + ("" if receipt.id is None else f", as {receipt.id}"))
