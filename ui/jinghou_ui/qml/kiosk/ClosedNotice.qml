import QtQuick
import Jinghou

// The hall is closed (the page's headline says so): when it opens, what can be done here now, where else to go.
Surface {
    id: notice

    required property var kiosk

    objectName: "closed"
    height: content.height + 2 * Units.inset

    Column {
        id: content
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset }
        spacing: Units.mm(8)

        StyledText {
            objectName: "opensAt"
            width: parent.width
            text: notice.kiosk.opensAt ? notice.kiosk.words.home.opens.arg(notice.kiosk.opensAt)
                                       : notice.kiosk.words.home.opens_unknown
            size: Theme.display
            font.weight: Font.Bold
            leading: 1.3
        }
        StyledText {
            visible: notice.kiosk.serves
            width: parent.width
            text: notice.kiosk.words.home.closed_how
            size: Theme.label
        }
        StyledText {
            objectName: "elsewhere"
            visible: text !== ""
            width: parent.width
            text: notice.kiosk.elsewhere
            size: Theme.label
        }
    }
}
