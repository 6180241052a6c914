import QtQuick
import Jinghou

// The bar that stands on every page.
Item {
    id: foot

    required property var kiosk

    implicitHeight: Units.touch

    TouchButton {
        objectName: "language"
        anchors { left: parent.left; bottom: parent.bottom }
        text: foot.kiosk.words.foot.language
        onClicked: foot.kiosk.tap("language")
    }
}
