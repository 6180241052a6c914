import QtQuick
import Jinghou

// The bar that stands on every page.
Item {
    id: foot

    required property var kiosk
    property bool canLower: true

    implicitHeight: Units.touch

    Row {
        id: row
        readonly property real room: foot.width - (visibleChildren.length - 1) * spacing
        readonly property real wish: visibleChildren.reduce((sum, button) => sum + button.implicitWidth, 0)
        readonly property real most: wish <= room ? wish : room / visibleChildren.length  // width of one button

        anchors { left: parent.left; bottom: parent.bottom }
        spacing: Units.gap

        TouchButton {
            objectName: "aid-large"
            width: Math.min(implicitWidth, row.most)
            lines: 2
            kind: foot.kiosk.large ? TouchButton.Chosen : TouchButton.Outline
            text: foot.kiosk.words.foot.large
            onClicked: foot.kiosk.tap("aid", "large")
        }
        TouchButton {
            objectName: "language"
            width: Math.min(implicitWidth, row.most)
            lines: 2
            visible: text !== ""
            text: foot.kiosk.otherLanguages
            onClicked: foot.kiosk.tap("language")
        }
        TouchButton {
            objectName: "aid-contrast"
            width: Math.min(implicitWidth, row.most)
            lines: 2
            kind: foot.kiosk.contrast ? TouchButton.Chosen : TouchButton.Outline
            text: foot.kiosk.words.foot.contrast
            onClicked: foot.kiosk.tap("aid", "contrast")
        }
        TouchButton {
            objectName: "aid-lowered"
            width: Math.min(implicitWidth, row.most)
            lines: 2
            visible: foot.canLower
            kind: foot.kiosk.lowered ? TouchButton.Chosen : TouchButton.Outline
            text: foot.kiosk.lowered ? foot.kiosk.words.foot.raise : foot.kiosk.words.foot.lower
            onClicked: foot.kiosk.tap("aid", "lowered")
        }
    }
}
