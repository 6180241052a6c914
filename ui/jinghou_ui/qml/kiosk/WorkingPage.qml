import QtQuick
import Jinghou

// The server is asked. Nothing moves fast: three dots breathe.
Item {
    id: page

    required property var kiosk

    readonly property bool taking: kiosk.page === "taking"

    Headline {
        id: headline
        above: page.taking ? page.kiosk.visit.service.name : ""
        text: ({
            taking: page.kiosk.words.working.title,
            arriving: page.kiosk.words.working.arriving,
            finding: page.kiosk.words.working.finding,
            giving_back: page.kiosk.words.working.giving_back,
            finding_slots: page.kiosk.words.book.finding,
            booking_place: page.kiosk.words.book.booking,
            finding_bookings: page.kiosk.words.my_booking.finding,
            giving_up: page.kiosk.words.my_booking.giving_up,
            binding_phone: page.kiosk.words.tell_phone.binding
        })[page.kiosk.page] ?? ""
    }
    StyledText {
        anchors { top: headline.bottom; topMargin: Units.mm(6); left: parent.left; right: parent.right }
        text: page.kiosk.words.working.note
        color: Theme.inkSoft
    }
    Row {
        anchors.centerIn: parent
        spacing: Units.mm(10)
        Repeater {
            model: 3
            Rectangle {
                id: dot
                required property int index
                width: Units.mm(9)
                height: width
                radius: width / 2
                color: Theme.accent
                SequentialAnimation on opacity {
                    loops: Animation.Infinite
                    PauseAnimation { duration: dot.index * 250 }
                    NumberAnimation { from: 1; to: 0.2; duration: 600 }
                    NumberAnimation { from: 0.2; to: 1; duration: 600 }
                    PauseAnimation { duration: (2 - dot.index) * 250 }
                }
            }
        }
    }
}
