import QtQuick
import Jinghou

// Somebody arrived and has no number: what the booking is for, what is safe, what to do now.
Item {
    id: page

    required property var kiosk

    readonly property var visit: kiosk.visit
    readonly property string fault: visit.fault
    readonly property var words: kiosk.words
    readonly property var sayings: ({
        early: [words.not_arrived.early, words.not_arrived.early_how],
        other_day: [words.not_arrived.other_day, words.not_arrived.other_day_how],
        other_hall: [words.not_arrived.other_hall, words.not_arrived.other_hall_how],
        unknown: [words.not_arrived.unknown, words.not_arrived.unknown_how],
        gone: [words.not_arrived.gone, words.not_arrived.gone_how],
        server_lost: [words.not_arrived.server_lost, alone ? words.not_arrived.alone_how : words.not_arrived.server_lost_how]
    })[fault] ?? ["", ""]
    readonly property bool alone: kiosk.serves && !kiosk.online  // there are numbers without the server
    readonly property bool lost: fault === "server_lost"
    readonly property bool known: fault === "early" || fault === "other_day" || fault === "other_hall"

    Headline {
        id: headline
        text: page.sayings[0]
    }
    Surface {
        id: sheet
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        height: Math.max(Units.mm(Units.compact ? 60 : 136), content.height + 2 * Units.inset)

        Column {
            id: content
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset }
            spacing: Units.mm(8)

            StyledText {
                objectName: "bookedFor"
                visible: text !== ""
                width: parent.width
                text: page.visit.date ? page.words.not_arrived.booked.arg(page.visit.date).arg(page.visit.time) : ""
                size: Theme.title
                font.weight: Font.Bold
            }
            StyledText {
                objectName: "notArrivedNote"
                width: parent.width
                text: page.sayings[1].replace("%1", page.fault === "early" ? page.visit.checkInFrom : page.visit.hall)
                size: Theme.label
            }
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
            text: page.alone ? page.words.not_arrived.walk_in : page.words.trouble.retry
            onClicked: page.kiosk.tap("retry")
        }
        TouchButton {
            objectName: "back"
            visible: !page.lost && !page.known
            width: parent.width
            kind: TouchButton.Primary
            text: page.words.not_arrived.again
            onClicked: page.kiosk.tap("back")
        }
        TouchButton {
            objectName: "home"
            width: parent.width
            kind: page.known ? TouchButton.Primary : TouchButton.Outline
            text: page.words.common.home
            onClicked: page.kiosk.tap("home")
        }
        TouchButton {
            objectName: "bookings"
            visible: page.fault === "early" || page.fault === "other_day"
            width: parent.width
            text: page.words.my_booking.change
            onClicked: page.kiosk.tap("bookings")
        }
        TouchButton {
            objectName: "start"
            visible: !page.lost && page.kiosk.givesNumbers
            width: parent.width
            text: page.words.not_arrived.walk_in
            onClicked: page.kiosk.tap("start")
        }
    }
}
