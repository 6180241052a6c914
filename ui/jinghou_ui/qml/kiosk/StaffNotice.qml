import QtQuick
import Jinghou

// What became of calling staff: over the page, which stays as it is.
Rectangle {
    id: notice

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property bool failed: kiosk.staff === "failed"

    color: "#B31D2B36"

    MouseArea { anchors.fill: parent }

    Surface {
        anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.bottom; bottomMargin: Units.page }
        width: Math.min(parent.width, Units.widest) - 2 * Units.page
        height: content.height + 2 * Units.inset

        Column {
            id: content
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter }
            anchors { leftMargin: Units.inset; rightMargin: Units.inset }
            spacing: Units.gap

            StyledText {
                objectName: "staffTitle"
                width: parent.width
                text: ({
                    asking: notice.words.call_staff.asking,
                    asked: notice.words.call_staff.asked,
                    coming: notice.words.call_staff.coming,
                    failed: notice.words.call_staff.failed
                })[notice.kiosk.staff] ?? ""
                size: Theme.display
                font.weight: Font.Bold
            }
            StyledText {
                objectName: "staffNote"
                width: parent.width
                text: !notice.failed ? notice.words.call_staff.wait : notice.kiosk.staffAway || notice.words.call_staff.away
                size: Theme.label
                bottomPadding: Units.mm(12)
            }
            TouchButton {
                objectName: "staffRead"
                width: parent.width
                kind: TouchButton.Primary
                text: notice.words.call_staff.read
                onClicked: notice.kiosk.tap("staff_read")
            }
            TouchButton {
                objectName: "staffRetry"
                visible: notice.failed && notice.kiosk.online
                width: parent.width
                text: notice.words.trouble.retry
                onClicked: notice.kiosk.tap("staff")
            }
            TouchButton {
                objectName: "staffNotNeeded"
                visible: notice.kiosk.staff === "asked" || notice.kiosk.staff === "coming"
                width: parent.width
                text: notice.words.call_staff.not_needed
                onClicked: notice.kiosk.tap("staff_not_needed")
            }
        }
    }
}
