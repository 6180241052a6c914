import QtQuick
import Jinghou

// Check before you commit: one number, for this service.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property var service: kiosk.visit.service

    Headline {
        id: headline
        above: page.kiosk.visit.greeting ? page.words.choose.hello.arg(page.kiosk.visit.greeting) : ""
        text: page.words.confirm.title
    }
    Surface {
        id: sheet
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        anchors.rightMargin: Units.low ? page.width * 0.42 : 0
        height: content.height + 2 * Units.inset

        Column {
            id: content
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset }
            spacing: Units.block

            StyledText {
                objectName: "confirmService"
                width: parent.width
                text: page.service.name
                size: Theme.display + 6
                font.weight: Font.Bold
                leading: 1.15
            }
            Hairline { width: parent.width }
            Row {
                width: parent.width
                Fact {
                    visible: page.kiosk.online
                    width: parent.width / 2
                    name: page.words.confirm.waiting
                    value: page.service.waiting > 0 ? page.words.confirm.people.arg(page.service.waiting)
                                                    : page.words.service.nobody
                }
                Fact {
                    visible: page.service.zone !== ""
                    width: parent.width / 2
                    name: page.words.confirm.zone
                    value: page.service.zone
                }
            }
            StyledText {
                objectName: "longWait"
                visible: !!page.kiosk.visit.longWait
                width: parent.width
                text: page.words.book.long_wait.arg(page.kiosk.visit.longWait)
                size: Theme.label
                font.weight: Font.Bold
            }
            StyledText {
                objectName: "joins"
                visible: !page.kiosk.online
                width: parent.width
                text: page.words.offline.joins
                size: Theme.label
            }
        }
    }
    Column {
        anchors { left: Units.low ? sheet.right : parent.left; leftMargin: Units.low ? Units.gap : 0; right: parent.right }
        anchors { top: Units.low ? sheet.top : sheet.bottom; topMargin: Units.low ? 0 : Units.block }
        spacing: Units.gap

        TouchButton {
            objectName: "confirm"
            width: parent.width
            height: Units.mm(Units.compact ? 32 : 40)
            kind: TouchButton.Primary
            text: page.words.confirm.take
            onClicked: page.kiosk.tap("confirm")
        }
        TouchButton {
            objectName: "book"
            visible: page.kiosk.visit.canBook
            width: parent.width
            text: page.words.book.quieter
            onClicked: page.kiosk.tap("book")
        }
        TouchButton {
            objectName: "back"
            width: parent.width
            text: page.words.common.back
            onClicked: page.kiosk.tap("back")
        }
    }
}
