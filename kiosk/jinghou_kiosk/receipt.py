"""What is known for the paper of a number and of a booking. No identity and no name: paper is left lying about."""

from datetime import datetime
from zoneinfo import ZoneInfo

from jinghou_config.ticket import BookingTemplate, TicketTemplate
from jinghou_devices.kinds.receipt_printer import Receipt
from jinghou_devices.ticket import fill
from jinghou_kiosk.effects import PrintBooking, PrintTicket


def ticket_receipt(ask: PrintTicket, template: TicketTemplate) -> Receipt:
    """The ticket in the language of the visit, or the nearer of Chinese and English; times in the hall's zone."""
    taken = datetime.fromtimestamp(ask.ticket.taken_at / 1000, ZoneInfo(ask.hall.timezone))
    fields = {
        "number": ask.ticket.number,
        "zone": ask.service.zone,
        "ahead": str(ask.ticket.ahead) if ask.ticket.ahead else "",
        "counted": "" if ask.offline else "yes",
        "taken": taken.strftime("%Y-%m-%d %H:%M"),
        "qr": ask.ticket.url,
    }
    if ask.language.in_chinese:
        return fill(template.zh, fields | {"hall": ask.hall.name, "service": ask.service.name})
    return fill(template.en, fields | {"hall": ask.hall.name_en, "service": ask.service.name_en})


def booking_receipt(ask: PrintBooking, template: BookingTemplate) -> Receipt:
    """The booking's paper, in the same way."""
    booking, zone = ask.booking, ZoneInfo(ask.hall.timezone)
    starts, first = (datetime.fromtimestamp(at / 1000, zone) for at in (booking.starts_at, booking.check_in_from))
    fields = {
        "zone": ask.service.zone,
        "date": f"{starts:%Y-%m-%d}",
        "time": f"{starts:%H:%M}",
        "from": f"{first:%H:%M}",
        "code": f"{booking.code[:3]} {booking.code[3:6]} {booking.code[6:]}",
        "qr": booking.url,
    }
    if ask.language.in_chinese:
        return fill(template.zh, fields | {"hall": ask.hall.name, "service": ask.service.name})
    return fill(template.en, fields | {"hall": ask.hall.name_en, "service": ask.service.name_en})
