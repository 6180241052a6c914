"""What happens in a hall without anybody pressing: a day begins, holds end, and who came long ago is forgotten."""

from jinghou_queue.desk.book import NOTHING, Book, Press, pressed
from jinghou_queue.desk.bookings import lapse_holds
from jinghou_queue.desk.erasing import erase_due
from jinghou_queue.desk.sessions import forget_ended
from jinghou_queue.store import Connection


def keep_hall(connection: Connection, press: Press) -> None:
    """Bring a hall up to the moment of `press`. Raises Refused HALL_UNKNOWN."""
    pressed(connection, press, NOTHING, _keep)


def _keep(book: Book) -> None:
    """The book has begun the day already."""
    lapse_holds(book)
    erase_due(book)
    forget_ended(book)
