import QtQuick
import Jinghou

// Whose hall this is, where the kiosk stands, and the time.
Item {
    id: header

    required property var kiosk

    implicitHeight: Units.low ? Math.max(Units.mm(22), names.height, time.height) : Units.mm(26)

    Image {
        visible: header.kiosk.emblem !== ""
        anchors { left: parent.left; verticalCenter: parent.verticalCenter }
        width: mark.width
        height: mark.height
        sourceSize: Qt.size(width, height)
        fillMode: Image.PreserveAspectFit
        source: header.kiosk.emblem
    }
    Rectangle {
        id: mark
        visible: header.kiosk.emblem === ""
        anchors { left: parent.left; verticalCenter: parent.verticalCenter }
        width: Units.mm(15)
        height: width
        radius: width / 2
        color: "transparent"
        border.width: Units.mm(1.4)
        border.color: Theme.accent
        antialiasing: true

        Rectangle {
            anchors.centerIn: parent
            width: Units.mm(5)
            height: width
            radius: width / 2
            color: Theme.accent
            antialiasing: true
        }
    }
    Column {
        id: names
        anchors { left: mark.right; leftMargin: Units.mm(6); right: time.left; verticalCenter: parent.verticalCenter }
        StyledText {
            width: parent.width
            text: header.kiosk.hallName
            size: Theme.label
            font.weight: Font.Bold
            leading: 1.15
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Units.mm(Theme.note)
            elide: Text.ElideRight
            wrapMode: Text.NoWrap
        }
        StyledText {
            visible: text !== ""
            width: parent.width
            text: header.kiosk.place
            size: Theme.note
            color: Theme.inkSoft
            leading: 1.15
        }
    }
    Column {
        id: time
        anchors { right: parent.right; verticalCenter: parent.verticalCenter }
        StyledText {
            anchors.right: parent.right
            text: header.kiosk.clockTime
            size: Units.low ? 11 : 14
            leading: 1.0
        }
        StyledText {
            anchors.right: parent.right
            text: header.kiosk.clockDate
            size: Theme.note
            color: Theme.inkSoft
            leading: 1.15
        }
    }
}
