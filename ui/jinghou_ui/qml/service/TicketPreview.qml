import QtQuick
import Jinghou

// The paper ticket as its template has it, with a sample's words, on a sheet as narrow as the paper.
Item {
    id: page

    required property var service

    readonly property var words: service.words
    readonly property bool wide: width > height

    Surface {
        id: sheet
        readonly property real room: page.wide ? page.height : page.height - below.height - Units.block
        anchors { left: parent.left; bottom: page.wide ? parent.bottom : below.top; bottomMargin: page.wide ? 0 : Units.block }
        width: page.wide ? parent.width * 0.55 : parent.width
        height: Math.min(room, paper.height + 2 * Units.gap)
        radius: 0
        clip: true

        Column {
            id: paper
            anchors { horizontalCenter: parent.horizontalCenter; top: parent.top; topMargin: Units.gap }
            width: sheet.width - 2 * Units.inset
            scale: Math.min(1, (sheet.room - 2 * Units.gap) / height)
            transformOrigin: Item.Top

            Repeater {
                model: page.service.paper
                Item {
                    id: line
                    required property var modelData
                    width: paper.width
                    height: modelData.kind === "text" || modelData.kind === "columns" ? text.height
                            : modelData.kind === "qr" || modelData.kind === "picture" ? Units.mm(34)
                            : modelData.kind === "rule" ? Units.mm(4) : Units.mm(5)

                    StyledText {
                        id: text
                        visible: line.modelData.text !== ""
                        width: parent.width
                        text: line.modelData.text
                        size: Theme.note * Math.min(3, 1 + 0.4 * ((line.modelData.scale ?? 1) - 1))
                        font.weight: line.modelData.bold ? Font.Bold : Font.Normal
                        leading: 1.3
                        horizontalAlignment: line.modelData.align === "centre" ? Text.AlignHCenter
                                             : line.modelData.align === "right" ? Text.AlignRight : Text.AlignLeft
                    }
                    Rectangle {
                        visible: line.modelData.kind === "rule"
                        anchors.verticalCenter: parent.verticalCenter
                        width: parent.width
                        height: Math.max(1, Units.mm(0.4))
                        color: Theme.ink
                    }
                    Rectangle {
                        visible: line.modelData.kind === "qr" || line.modelData.kind === "picture"
                        anchors.centerIn: parent
                        width: Units.mm(30)
                        height: width
                        color: "transparent"
                        border.width: Units.mm(1)
                        border.color: Theme.ink
                        StyledText {
                            anchors.centerIn: parent
                            text: line.modelData.kind === "qr" ? page.words.staff_ticket.qr : page.words.staff_ticket.picture
                            size: Theme.note
                        }
                    }
                }
            }
        }
    }
    Column {
        id: below
        anchors { right: parent.right; bottom: parent.bottom }
        width: page.wide ? parent.width * 0.45 - Units.block : parent.width
        spacing: Units.gap

        Outcome {
            visible: page.service.values.ended ?? false
            width: parent.width
            well: page.service.values.well ?? false
            verdict: well ? page.words.staff_ticket.printed : page.words.staff_ticket.failed
            said: well ? "" : page.service.values.said ?? ""
        }
        TouchButton {
            objectName: "print"
            width: parent.width
            kind: TouchButton.Primary
            enabled: !page.service.values.trying
            text: page.service.values.trying ? page.words.staff_ticket.printing : page.words.staff_ticket.print
            onClicked: page.service.tap("print")
        }
    }
}
