import QtQuick
import Jinghou

// No number came: what happened, what is safe, what to do now.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property bool lost: kiosk.visit.fault === "server_lost"

    Headline {
        id: headline
        above: page.kiosk.visit.service.name
        text: page.lost ? page.words.trouble.lost : page.words.trouble.refused
    }
    Surface {
        id: sheet
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        height: Math.max(Units.mm(Units.compact ? 60 : 110), note.height + 2 * Units.inset)
        StyledText {
            id: note
            objectName: "troubleNote"
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset }
            text: page.lost ? page.words.trouble.lost_safe : page.words.trouble.refused_safe
            size: Theme.label
        }
    }
    Column {
        anchors { left: parent.left; right: parent.right; top: sheet.bottom; topMargin: Units.block }
        spacing: Units.gap

        TouchButton {
            objectName: "retry"
            visible: page.lost
            width: parent.width
            height: Units.mm(Units.compact ? 32 : 40)
            kind: TouchButton.Primary
            text: page.words.trouble.retry
            onClicked: page.kiosk.tap("retry")
        }
        TouchButton {
            objectName: "back"
            visible: !page.lost
            width: parent.width
            kind: TouchButton.Primary
            text: page.words.common.back
            onClicked: page.kiosk.tap("back")
        }
        TouchButton {
            objectName: "home"
            width: parent.width
            text: page.words.common.home
            onClicked: page.kiosk.tap("home")
        }
    }
}
