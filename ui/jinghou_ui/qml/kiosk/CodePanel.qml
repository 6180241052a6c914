import QtQuick
import Jinghou

// The page's code for a phone, and what it is good for; left out where long texts left it too little room.
Rectangle {
    id: panel

    required property var kiosk
    property real room  // height that is left for it
    property string title
    property string note

    readonly property real margin: Units.mm(Units.compact ? 12 : 28)

    visible: room >= Units.mm(25) + margin  // a smaller code could not be scanned; the digits are what counts
    height: paper.height + margin
    radius: Units.radius
    color: Theme.accentSoft

    QrPaper {
        id: paper
        anchors { left: parent.left; leftMargin: Units.inset * 0.8; verticalCenter: parent.verticalCenter }
        width: Math.max(Units.mm(30), Math.min(Units.mm(!Units.compact ? 84 : 64), panel.room - panel.margin))
        kiosk: panel.kiosk
    }
    Column {
        id: how
        anchors { left: paper.right; right: parent.right; verticalCenter: parent.verticalCenter }
        anchors { leftMargin: Units.block; rightMargin: Units.inset }
        spacing: Units.mm(5)

        StyledText {
            id: title
            width: parent.width
            text: panel.title
            size: Theme.label + 1
            font.weight: Font.Bold
        }
        StyledText {
            visible: title.height + how.spacing + implicitHeight <= panel.height
            width: parent.width
            text: panel.note
            size: Theme.note
            color: Theme.inkSoft
        }
    }
}
