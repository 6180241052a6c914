import QtQuick
import Jinghou

// No visit begins here now: what is so, what is safe, where else to go.
Item {
    id: page

    required property var kiosk

    Headline {
        id: headline
        text: page.kiosk.words.out_of_service.title
    }
    Surface {
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        height: content.height + 2 * Units.inset

        Column {
            id: content
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset }
            spacing: Units.mm(8)

            StyledText {
                objectName: "notEnrolled"
                visible: !page.kiosk.enrolled
                width: parent.width
                text: page.kiosk.words.out_of_service.not_enrolled
            }
            StyledText {
                objectName: "elsewhere"
                width: parent.width
                text: page.kiosk.elsewhere || page.kiosk.words.out_of_service.now
                size: Theme.title
                font.weight: Font.Bold
            }
            StyledText {
                width: parent.width
                text: page.kiosk.words.out_of_service.safe
            }
        }
    }
}
