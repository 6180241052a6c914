import QtQuick
import Jinghou

// The bar that stands on every page.
Item {
    id: foot

    required property var kiosk
    property bool canLower: true

    readonly property bool called: kiosk.staff === "asked" || kiosk.staff === "coming"
    readonly property bool roomy: width - aids.wish - 4 * Units.gap >= Units.mm(100)  // for one line on the button
    readonly property string staffWords: ({
        asking: kiosk.words.call_staff.short_asking,
        asked: kiosk.words.call_staff.short_asked,
        coming: kiosk.words.call_staff.short_coming
    })[kiosk.staff] ?? kiosk.words.call_staff.call
    readonly property string staffLine: staffWords.replace("\n", kiosk.latin ? " " : "")

    implicitHeight: Units.touch

    Row {
        id: aids
        readonly property real room: foot.width - visibleChildren.length * spacing
        readonly property real wish: visibleChildren.reduce((sum, button) => sum + button.implicitWidth, 0)
        readonly property real share: Math.min(1, room / (wish + staff.implicitWidth))  // of its wish, for each button

        anchors { left: parent.left; bottom: parent.bottom }
        spacing: Units.gap

        TouchButton {
            objectName: "aid-large"
            width: implicitWidth * aids.share
            lines: 2
            kind: foot.kiosk.large ? TouchButton.Chosen : TouchButton.Outline
            text: foot.kiosk.words.foot.large
            onClicked: foot.kiosk.tap("aid", "large")
        }
        TouchButton {
            objectName: "language"
            width: implicitWidth * aids.share
            lines: 2
            visible: text !== ""
            text: foot.kiosk.otherLanguages
            onClicked: foot.kiosk.tap("language")
        }
        TouchButton {
            objectName: "aid-contrast"
            width: implicitWidth * aids.share
            lines: 2
            kind: foot.kiosk.contrast ? TouchButton.Chosen : TouchButton.Outline
            text: foot.kiosk.words.foot.contrast
            onClicked: foot.kiosk.tap("aid", "contrast")
        }
        TouchButton {
            objectName: "aid-lowered"
            width: implicitWidth * aids.share
            lines: 2
            visible: foot.canLower
            kind: foot.kiosk.lowered ? TouchButton.Chosen : TouchButton.Outline
            text: foot.kiosk.lowered ? foot.kiosk.words.foot.raise : foot.kiosk.words.foot.lower
            onClicked: foot.kiosk.tap("aid", "lowered")
        }
    }
    TouchButton {
        id: staff
        objectName: "staff"
        anchors { right: parent.right; bottom: parent.bottom }
        width: implicitWidth * aids.share
        lines: 2
        kind: foot.called ? TouchButton.Chosen : TouchButton.Outline
        small: !foot.roomy
        text: foot.roomy ? foot.staffLine : foot.staffWords
        Accessible.name: foot.staffLine
        onClicked: foot.kiosk.tap("staff")
    }
}
