import QtQuick
import Jinghou

// How a number stands: who is ahead, or where to go; and what can be done with it.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property var visit: kiosk.visit
    readonly property bool waits: visit.standing === "waiting"

    Headline {
        id: headline
        text: (({
            waiting: page.words.my_number.waiting,
            called: page.words.my_number.called,
            serving: page.words.my_number.serving,
            parked: page.words.my_number.parked,
            missed: page.words.my_number.missed
        })[page.visit.standing] ?? "").replace("%1", page.visit.counter)
    }
    Surface {
        id: sheet
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        anchors.rightMargin: Units.low ? page.width * 0.42 : 0
        height: content.height + 2 * Units.inset * 0.9

        Column {
            id: content
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset }
            spacing: Units.mm(Units.low ? 1 : Units.compact ? 3 : 8)

            StyledText {
                width: parent.width
                text: page.visit.service.name
                size: Theme.label
                color: Theme.inkSoft
            }
            StyledText {
                objectName: "number"
                width: parent.width
                text: page.visit.number
                size: Theme.number
                font.weight: Font.Bold
                font.letterSpacing: Units.mm(1.5)
                leading: 1.1
                wrapMode: Text.NoWrap
                fontSizeMode: Text.HorizontalFit
            }
            Hairline {
                visible: page.waits
                width: parent.width
            }
            Row {
                visible: page.waits
                width: parent.width
                topPadding: Units.mm(Units.low ? 0 : 4)
                Fact {
                    objectName: "ahead"
                    width: parent.width / 2
                    name: page.words.ticket.ahead
                    value: page.visit.ahead > 0 ? page.words.ticket.people.arg(page.visit.ahead) : page.words.ticket.nobody
                }
                Fact {
                    visible: page.visit.minutes !== ""
                    width: parent.width / 2
                    name: page.words.my_number.about
                    value: page.words.my_number.minutes.arg(page.visit.minutes)
                }
            }
            StyledText {
                visible: page.waits && !Units.low  // no room; the headline says it
                width: parent.width
                topPadding: Units.mm(4)
                text: page.words.ticket.quiet
                size: Theme.note
                color: Theme.inkSoft
            }
        }
    }
    Column {
        anchors { left: Units.low ? sheet.right : parent.left; leftMargin: Units.low ? Units.gap : 0 }
        anchors { right: parent.right; bottom: parent.bottom }
        spacing: Units.gap

        TouchButton {
            objectName: "checkIn"
            visible: page.visit.standing === "missed"
            width: parent.width
            kind: TouchButton.Primary
            text: page.words.my_number.check_in
            onClicked: page.kiosk.tap("check_in")
        }
        TouchButton {
            objectName: "nextNumber"
            visible: page.visit.count > 1
            width: parent.width
            text: page.words.my_number.another.arg(page.visit.place).arg(page.visit.count)
            onClicked: page.kiosk.tap("next_number")
        }
        TouchButton {
            objectName: "giveBack"
            visible: page.visit.canGiveBack
            width: parent.width
            text: page.words.my_number.give_back
            onClicked: page.kiosk.tap("give_back")
        }
        TouchButton {
            objectName: "home"
            width: parent.width
            kind: page.visit.standing === "missed" ? TouchButton.Outline : TouchButton.Primary
            text: page.words.ticket.done
            onClicked: page.kiosk.tap("home")
        }
    }
}
