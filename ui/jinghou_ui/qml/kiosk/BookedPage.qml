import QtQuick
import Jinghou

// The place: on the screen at once, whatever becomes of the paper.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property var visit: kiosk.visit

    Headline {
        id: headline
        above: page.words.book.booked
        text: ({
            printing: page.words.book.printing,
            printed: page.words.book.printed,
            not_wanted: page.words.book.not_wanted
        })[page.visit.paper] ?? page.words.book.failed
    }
    Surface {
        id: sheet
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        anchors.rightMargin: Units.wide ? page.width * 0.42 : 0
        height: content.height + 2 * Units.inset * 0.9

        Column {
            id: content
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset }
            spacing: Units.mm(Units.compact ? 3 : 8)

            StyledText {
                width: parent.width
                text: page.visit.service.name
                size: Theme.label
                color: Theme.inkSoft
            }
            StyledText {
                objectName: "bookedDate"
                width: parent.width
                text: page.visit.date
                size: Theme.title
                font.weight: Font.Bold
            }
            StyledText {
                objectName: "bookedTime"
                width: parent.width
                text: page.visit.time
                size: Units.low ? 18 : Units.compact ? 30 : 54
                font.weight: Font.Bold
                leading: 1.1
            }
            Hairline { width: parent.width }
            Fact {
                width: parent.width
                name: page.words.book.code
                value: page.visit.code
            }
            StyledText {
                objectName: "checkInFrom"
                width: parent.width
                text: page.words.book.check_in.arg(page.visit.checkInFrom)
                size: Theme.label
            }
            StyledText {
                visible: !Units.low && (!Units.compact || !Units.large)  // no room; the paper says it too
                width: parent.width
                text: page.words.book.on_time
                size: Theme.note
                color: Theme.inkSoft
            }
        }
    }
    CodePanel {
        anchors { top: Units.wide ? sheet.top : sheet.bottom; topMargin: Units.wide ? 0 : Units.gap }
        anchors { left: Units.wide ? sheet.right : parent.left; leftMargin: Units.wide ? Units.gap : 0; right: parent.right }
        kiosk: page.kiosk
        room: home.y - y - Units.gap
        title: page.words.book.phone
        note: page.words.book.phone_how
    }
    TouchButton {
        id: home
        objectName: "home"
        anchors { left: Units.low ? sheet.right : parent.left; leftMargin: Units.low ? Units.gap : 0 }
        anchors { right: parent.right; bottom: parent.bottom }
        visible: page.visit.paper !== "printing"
        kind: TouchButton.Primary
        text: page.visit.paper === "printed" && page.kiosk.secondsLeft > 0
              ? page.words.ticket.done_in.arg(page.kiosk.secondsLeft) : page.words.ticket.done
        onClicked: page.kiosk.tap("home")
    }
}
