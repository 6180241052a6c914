import QtQuick
import Jinghou

// "Are you still there?": covers the page, so that nothing under it can be touched.
Rectangle {
    id: question

    required property var kiosk

    color: "#B31D2B36"

    MouseArea { anchors.fill: parent }

    Surface {
        anchors.centerIn: parent
        anchors.verticalCenterOffset: Math.max(0, parent.height - Units.highest) / 2
        width: Math.min(parent.width, Units.widest) - 2 * Units.page
        height: content.height + 2 * Units.inset

        Column {
            id: content
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter }
            anchors { leftMargin: Units.inset; rightMargin: Units.inset }
            spacing: Units.gap

            StyledText {
                width: parent.width
                text: question.kiosk.words.presence.title
                size: Theme.display
                font.weight: Font.Bold
            }
            StyledText {
                width: parent.width
                text: question.kiosk.words.presence.note.arg(question.kiosk.secondsLeft)
                color: Theme.inkSoft
                bottomPadding: Units.mm(12)
            }
            TouchButton {
                objectName: "stay"
                width: parent.width
                kind: TouchButton.Primary
                text: question.kiosk.words.presence.stay
                onClicked: question.kiosk.tap("stay")
            }
            TouchButton {
                objectName: "leave"
                width: parent.width
                text: question.kiosk.words.presence.leave
                onClicked: question.kiosk.tap("home")
            }
        }
    }
}
