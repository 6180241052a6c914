import QtQuick
import Jinghou

// The number: on the screen at once, whatever becomes of the paper.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property var visit: kiosk.visit
    readonly property string paper: visit.paper  // printing, printed, not_wanted, failed, uncertain or before
    readonly property bool hasPaper: paper === "printed" || paper === "printing"

    Headline {
        id: headline
        above: (({
            in_time: page.words.ticket.arrived_in_time,
            late: page.words.ticket.arrived_late,
            back: page.words.ticket.arrived_back,
            known: page.words.ticket.arrived_known
        })[page.visit.arrival] ?? (page.visit.again ? page.words.ticket.label_again : page.words.ticket.label))
            .replace("%1", page.visit.bookedFor)
        text: ({
            printing: page.words.ticket.printing,
            printed: page.words.ticket.printed,
            not_wanted: page.words.ticket.no_paper,
            failed: page.words.ticket.paper_failed,
            uncertain: page.words.ticket.paper_uncertain,
            before: page.words.ticket.paper_before
        })[page.paper] ?? ""
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
            Hairline { width: parent.width }
            Row {
                width: parent.width
                topPadding: Units.mm(4)
                Fact {
                    visible: !page.visit.offline
                    width: parent.width / 2
                    name: page.words.ticket.ahead
                    value: page.visit.ahead > 0 ? page.words.ticket.people.arg(page.visit.ahead) : page.words.ticket.nobody
                }
                Fact {
                    visible: page.visit.service.zone !== ""
                    width: parent.width / 2
                    name: page.words.ticket.zone
                    value: page.visit.service.zone
                }
            }
            StyledText {
                objectName: "joins"
                visible: page.visit.offline
                width: parent.width
                text: page.words.offline.joins
                size: Theme.label
                font.weight: Font.Bold
            }
            StyledText {
                visible: !Units.low && (!Units.compact || !(page.visit.offline || (Units.large && Theme.latin)))  // no room; paper says it too
                width: parent.width
                topPadding: Units.mm(4)
                text: page.words.ticket.quiet
                size: Theme.note
                color: Theme.inkSoft
            }
        }
    }
    CodePanel {
        anchors { top: Units.wide ? sheet.top : sheet.bottom; topMargin: Units.wide ? 0 : Units.gap }
        anchors { left: Units.wide ? sheet.right : parent.left; leftMargin: Units.wide ? Units.gap : 0; right: parent.right }
        kiosk: page.kiosk
        room: (onPaper.visible ? onPaper.y : actions.y) - y - Units.gap
        title: page.words.ticket.phone
        note: page.hasPaper ? page.words.ticket.phone_how : page.words.ticket.phone_keep
    }
    TouchButton {
        id: onPaper
        objectName: "print"
        anchors { left: actions.left; right: parent.right; bottom: actions.top; bottomMargin: Units.gap }
        visible: page.paper === "before"
        text: page.words.ticket.print
        onClicked: page.kiosk.tap("print")
    }
    Row {
        id: actions
        anchors { left: Units.low ? sheet.right : parent.left; leftMargin: Units.low ? Units.gap : 0 }
        anchors { right: parent.right; bottom: parent.bottom }
        visible: page.paper !== "printing"
        spacing: Units.gap

        TouchButton {
            objectName: "bindPhone"
            width: (parent.width - Units.gap) * 0.36
            height: home.height
            lines: 2
            text: page.words.tell_phone.tell
            onClicked: page.kiosk.tap("bind_phone")
        }
        TouchButton {
            id: home
            objectName: "home"
            width: (parent.width - Units.gap) * 0.64
            lines: 2
            kind: TouchButton.Primary
            text: page.paper === "printed" && page.kiosk.secondsLeft > 0
                  ? page.words.ticket.done_in.arg(page.kiosk.secondsLeft) : page.words.ticket.done
            onClicked: page.kiosk.tap("home")
        }
    }
}
