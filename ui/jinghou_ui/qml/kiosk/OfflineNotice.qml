import QtQuick
import Jinghou

// The queue cannot be reached (the page's headline says so): what is safe, what to do now.
Surface {
    id: notice

    required property var kiosk

    objectName: "offline"
    height: content.height + 2 * Units.inset

    Column {
        id: content
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset }
        spacing: Units.mm(8)

        StyledText {
            width: parent.width
            text: notice.kiosk.words.offline.safe
            size: Theme.title
            font.weight: Font.Bold
        }
        StyledText {
            objectName: "elsewhere"
            width: parent.width
            text: notice.kiosk.elsewhere || notice.kiosk.words.offline.now
        }
    }
}
