"""A kiosk's real window under test: what is on show, and a finger."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import shiboken6
from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPointingDevice
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from jinghou_kiosk.enrolling.state import Enrolment
from jinghou_kiosk.enrolling.step import Touch as EnrolTouch
from jinghou_kiosk.events import Aid, Language, Touch
from jinghou_kiosk.service.events import Touch as StaffTouch
from jinghou_kiosk.service.state import Service
from jinghou_ui.viewmodels.kiosk import KioskModel
from jinghou_ui.viewmodels.service import ServiceModel


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class StaffGlass:
    """A kiosk whose staff are there, for what measures any page."""

    service: Service
    asking_presence: bool = False

    @property
    def language(self) -> Language:
        """What the page speaks."""
        return self.service.language

    @property
    def aids(self) -> frozenset[Aid]:
        """None of them: staff have none."""
        return frozenset()


@dataclass(frozen=True)
class EnrolGlass:
    """A machine that is no terminal yet, for what measures any page."""

    enrolment: Enrolment
    asking_presence: bool = False

    @property
    def language(self) -> Language:
        """What the page speaks."""
        return self.enrolment.language

    @property
    def aids(self) -> frozenset[Aid]:
        """None of them: a technician has none."""
        return frozenset()


@dataclass(frozen=True)
class Button:
    """Something a finger can press. Lengths and places in pixels on the glass."""

    name: str
    frame: QRectF


@dataclass(frozen=True)
class Text:
    """A text on show; `button` is the name of the button it stands on."""

    text: str
    frame: QRectF
    type_px: int
    colour: QColor
    fits: bool
    button: str | None


@dataclass(frozen=True)
class Seen:
    """What stood on a window's glass."""

    glass: QRectF
    buttons: list[Button]
    texts: list[Text]

    def button(self, name: str) -> Button:
        """The button of that name."""
        (found,) = [button for button in self.buttons if button.name == name]
        return found


@dataclass
class KioskWindow:
    """A kiosk's real window on a given session, and what was touched on it."""

    window: QQuickWindow = field(repr=False)
    model: KioskModel = field(repr=False)
    device: QPointingDevice = field(repr=False)
    clock: Clock = field(default_factory=Clock)
    touches: list[Touch] = field(default_factory=list)
    staff: ServiceModel | None = None
    staff_touches: list[StaffTouch] = field(default_factory=list)
    enrol_touches: list[EnrolTouch] = field(default_factory=list)

    @property
    def glass(self) -> QRectF:
        """The whole window."""
        return QRectF(0, 0, self.window.width(), self.window.height())

    def buttons(self) -> list[Button]:
        """Everything that a finger can press."""
        return [Button(item.objectName(), _frame(item)) for item in self._items() if _is_button(item)]

    def button(self, name: str) -> Button:
        """The button of that name."""
        return self.seen().button(name)

    def seen(self) -> Seen:
        """All of that at once, as it is now."""
        return Seen(self.glass, self.buttons(), self.texts())

    def place(self, name: str) -> QPoint:
        """The middle of the item of that name, button or not."""
        (found,) = [item for item in self._items() if item.objectName() == name]
        return _frame(found).center().toPoint()

    def texts(self) -> list[Text]:
        """Everything that can be read."""
        return [_text_of(item) for item in self._items() if item.inherits("QQuickText") and item.property("text")]

    def names(self) -> set[str]:
        """The names of all that is on show."""
        return {item.objectName() for item in self._items()} - {""}

    def read(self, name: str, what: str = "text") -> object:
        """A property of the item of that name."""
        (found,) = [item for item in self._items() if item.objectName() == name]
        return found.property(what)

    def identity(self, name: str) -> int:
        """Differs when an item was made anew."""
        (found,) = [item for item in self._items() if item.objectName() == name]
        return int(shiboken6.getCppPointer(found)[0])

    def finger(self, name: str) -> None:
        """Press and lift a finger in a button's middle, a bit more than half a second after the last tap."""
        self.clock.now += 0.6
        self.window.grabWindow()  # lays out what has just come: a person touches what is on the glass
        self.finger_at(self.button(name).frame.center().toPoint())

    def finger_at(self, point: QPoint) -> None:
        """A finger anywhere on the glass, at once."""
        self.press_at(point)
        self.lift_at(point)

    def press_at(self, point: QPoint) -> None:
        """A finger comes down."""
        QTest.touchEvent(self.window, self.device).press(0, point, self.window).commit()

    def lift_at(self, point: QPoint) -> None:
        """It lifts there, wherever it came down."""
        QTest.touchEvent(self.window, self.device).move(0, point, self.window).commit()
        QTest.touchEvent(self.window, self.device).release(0, point, self.window).commit()

    def _items(self) -> Iterator[QQuickItem]:
        return (item for item in _below(self.window.contentItem()) if item.isVisible())


def _below(item: QQuickItem) -> Iterator[QQuickItem]:
    for child in item.childItems():
        yield child
        yield from _below(child)


def _is_button(item: QQuickItem) -> bool:
    """Qt's keyboard takes fingers by itself: what it paints for a key or a word is what one aims at."""
    return item.inherits("QQuickAbstractButton") or item.objectName().startswith(("letter-", "candidate-"))


def _frame(item: QQuickItem) -> QRectF:
    return QRectF(item.mapToScene(QPointF(0, 0)), item.mapToScene(QPointF(item.width(), item.height())))


def _text_of(item: QQuickItem) -> Text:
    return Text(
        text=item.property("text"),
        frame=_frame(item),
        type_px=item.property("font").pixelSize(),
        colour=item.property("color"),
        fits=not item.property("truncated") and item.property("contentWidth") <= item.width() + 1,
        button=_button_under(item),
    )


def _button_under(item: QQuickItem) -> str | None:
    above = cast("QQuickItem | None", item.parentItem())  # the window's root has none, whatever Qt's types say
    if above is None:
        return None
    return above.objectName() if _is_button(above) else _button_under(above)


def commonest_colour(picture: QImage, where: QRectF) -> QColor:
    across = range(int(where.left()), int(where.right()), 3)
    down = range(int(where.top()), int(where.bottom()), 3)
    return QColor(Counter(picture.pixel(x, y) for x in across for y in down).most_common(1)[0][0])


def contrast(one: QColor, two: QColor) -> float:
    """WCAG 2.2: the ratio of relative luminances."""

    def luminance(colour: QColor) -> float:
        parts = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (colour.redF(), colour.greenF(), colour.blueF())
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
