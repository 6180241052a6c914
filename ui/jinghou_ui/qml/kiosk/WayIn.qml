import QtQuick
import Jinghou

// One thing to show or put down: its picture, and what to do in a few words.
Rectangle {
    id: way

    required property string caption
    required property Component picture

    height: Units.mm(Units.low ? 80 : Units.compact ? 150 : 240)
    radius: Units.radius
    color: Theme.accent

    Loader {
        anchors { horizontalCenter: parent.horizontalCenter; top: parent.top; topMargin: Units.inset }
        width: Units.mm(Units.low ? 48 : Units.compact ? 84 : 130)
        height: width
        sourceComponent: way.picture
    }
    StyledText {
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; margins: Units.inset * 0.8 }
        text: way.caption
        size: Theme.title
        font.weight: Font.Bold
        color: Theme.accentInk
        horizontalAlignment: Text.AlignHCenter
    }
}
