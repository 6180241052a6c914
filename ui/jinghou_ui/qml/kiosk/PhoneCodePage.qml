import QtQuick
import Jinghou

// The code that phones scan, and how; or why there is none. Nobody needs a phone: a number can be taken here.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property bool lost: kiosk.visit.fault !== ""

    Headline {
        id: headline
        text: page.lost ? page.words.phone_code.server_lost : page.words.phone_code.title
    }
    StyledText {
        id: note
        objectName: "phoneCodeNote"
        anchors { top: headline.bottom; topMargin: Units.mm(4); left: parent.left; right: parent.right }
        text: !page.lost ? page.words.phone_code.renewed
              : page.kiosk.visit.fault === "server_lost" ? page.words.phone_code.server_lost_how
                                                         : page.words.phone_code.refused_how
        size: page.lost ? Theme.label : Theme.body
        color: page.lost ? Theme.ink : Theme.inkSoft
    }
    Rectangle {
        id: sheet
        visible: !page.lost
        anchors { left: parent.left; right: parent.right; top: note.bottom; topMargin: Units.block }
        anchors { bottom: actions.top; bottomMargin: Units.gap }
        radius: Units.radius
        color: Theme.accentSoft

        QrPaper {
            id: paper
            readonly property real room: sheet.height - 2 * Units.inset - (Units.wide ? 0 : steps.height + Units.block)
            x: !Units.wide ? (parent.width - width) / 2
               : page.kiosk.rightToLeft ? parent.width - width - Units.inset : Units.inset
            y: Units.wide ? (parent.height - height) / 2 : (parent.height - height - Units.block - steps.height) / 2
            width: Math.min(Units.mm(Units.compact ? 120 : 190), room)
            kiosk: page.kiosk

            StyledText {
                visible: page.kiosk.qrCode === ""
                anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.mm(6) }
                text: page.words.phone_code.waiting
                color: "#1D2B36"
                horizontalAlignment: Text.AlignHCenter
            }
        }
        Column {
            id: steps
            readonly property real beside: Units.wide ? paper.width + Units.block : 0
            x: Units.inset + (page.kiosk.rightToLeft ? 0 : beside)
            y: Units.wide ? (parent.height - height) / 2 : paper.y + paper.height + Units.block
            width: parent.width - 2 * Units.inset - beside
            spacing: Units.mm(Units.compact ? 2 : 5)

            Repeater {
                model: [page.words.phone_code.scan, page.words.phone_code.choose, page.words.phone_code.keep]
                StyledText {
                    required property int index
                    required property string modelData
                    width: steps.width
                    text: (index + 1) + "  " + modelData
                    size: Units.compact ? Theme.label : Theme.title
                    font.weight: Font.Bold
                    leading: 1.3
                }
            }
        }
    }
    Column {
        id: actions
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        spacing: Units.gap

        TouchButton {
            objectName: "start"
            visible: page.kiosk.givesNumbers
            width: parent.width
            kind: page.lost ? TouchButton.Primary : TouchButton.Outline
            text: page.words.phone_code.here
            onClicked: page.kiosk.tap("start")
        }
        TouchButton {
            objectName: "retry"
            visible: page.kiosk.visit.fault === "server_lost" && page.kiosk.online
            width: parent.width
            text: page.words.trouble.retry
            onClicked: page.kiosk.tap("retry")
        }
        TouchButton {
            objectName: "home"
            width: parent.width
            text: page.words.common.home
            onClicked: page.kiosk.tap("home")
        }
    }
}
