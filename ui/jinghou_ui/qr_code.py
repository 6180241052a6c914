"""A QR code as a QML item: `import Jinghou.Items`, `QrCode { text: … }`."""

import segno
from PySide6.QtCore import Property, QRectF, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickPaintedItem

QML_IMPORT_NAME = "Jinghou.Items"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class QrCode(QQuickPaintedItem):
    """`text` as a QR code with error correction M, as large as whole pixels allow, without its quiet zone."""

    textChanged = Signal()  # noqa: N815  Qt's naming
    darkChanged = Signal()  # noqa: N815

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._dark = QColor("black")

    def paint(self, painter: QPainter) -> None:
        """Draw each dark module as a whole number of pixels, so that no camera sees a seam."""
        if not self._text:
            return
        rows = segno.make_qr(self._text, error="m").matrix
        module = max(1, int(min(self.width(), self.height()) // len(rows)))
        margin = (min(self.width(), self.height()) - module * len(rows)) // 2
        for y, row in enumerate(rows):
            for x, dark in enumerate(row):
                if dark:
                    painter.fillRect(QRectF(margin + x * module, margin + y * module, module, module), self._dark)

    def _get_text(self) -> str:
        return self._text

    def _set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.textChanged.emit()
            self.update()

    def _get_dark(self) -> QColor:
        return self._dark

    def _set_dark(self, dark: QColor) -> None:
        if dark != self._dark:
            self._dark = QColor(dark)
            self.darkChanged.emit()
            self.update()

    text = Property(str, _get_text, _set_text, notify=textChanged)
    dark = Property(QColor, _get_dark, _set_dark, notify=darkChanged)
