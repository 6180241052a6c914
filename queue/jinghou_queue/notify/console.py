"""Messages into the log, to see what would be sent: for a trial without a gateway."""

from typing import Final

from jinghou_config.log import get_logger
from jinghou_queue.contract.phone import Phone
from jinghou_queue.notify.channel import ChannelKind, Message, NoOptions, Receipt

log = get_logger(__name__)


class _Console:
    def send(self, message: Message) -> Receipt:
        to = Phone(message.to).masked if message.to else "ushers"
        log.info("message", host=to, notice=message.text)
        return Receipt()


KIND: Final = ChannelKind("the server's log", NoOptions, lambda _, __, ___: _Console())
