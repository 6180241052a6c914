import QtQuick
import QtQuick.Window
import Jinghou

// The hall's board: the newest call large, the calls before it beside it, and how many wait. Nothing moves.
Window {
    id: root

    required property var board
    required property real pxPerMm
    required property real viewingDistance  // metres

    readonly property var values: board.values
    // Digits are at least 7 mm high for each metre; a digit is 0.73 of the type size.
    readonly property real digits: 7 * viewingDistance / 0.73
    readonly property real words: digits * 0.42
    readonly property real margin: Math.round(height * 0.055)
    readonly property real rowHeight: Units.mm(digits * 1.32)

    title: board.hallName
    color: Theme.paper

    Binding { target: Units; property: "pxPerMm"; value: root.pxPerMm }
    Binding { target: Theme; property: "board"; value: true }

    StyledText {
        id: name
        anchors { left: parent.left; top: parent.top; leftMargin: root.margin; topMargin: root.margin * 0.7 }
        text: root.board.hallName
        size: root.words
        color: Theme.inkSoft
        leading: 1.2
    }
    StyledText {
        objectName: "clock"
        anchors { right: parent.right; rightMargin: root.margin; baseline: name.baseline }
        text: root.board.clockTime
        size: root.words * 1.1
        leading: 1.2
    }

    Rectangle {
        id: current
        anchors { left: parent.left; leftMargin: root.margin; top: name.bottom; topMargin: root.margin * 0.5 }
        anchors { bottom: foot.top; bottomMargin: root.margin * 0.6 }
        width: (parent.width - 2 * root.margin) * (others ? 0.56 : 1)
        radius: Units.radius * 1.5
        color: called ? Theme.surface : Theme.accentSoft

        readonly property bool others: root.values.online && root.values.others.length > 0
        readonly property bool called: root.values.online && root.values.current.number !== undefined
        readonly property var call: called ? root.values.current : ({ number: "", counter: "", service: "", name: "" })

        Column {
            visible: current.called
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: root.margin * 0.6 }
            spacing: Math.round(current.height * 0.02)

            Bilingual {
                width: parent.width
                zh: root.board.zh.please
                en: root.board.en.please
                size: root.words
            }
            StyledText {
                objectName: "currentNumber"
                width: parent.width
                height: current.height * 0.36
                text: current.call.number
                font.pixelSize: Math.round(current.height * 0.36)
                font.weight: Font.Bold
                leading: 1.0
                fontSizeMode: Text.HorizontalFit
                wrapMode: Text.NoWrap
                horizontalAlignment: Text.AlignHCenter
            }
            Row {
                anchors.horizontalCenter: parent.horizontalCenter
                spacing: Units.mm(root.words * 0.5)
                StyledText {
                    anchors.baseline: counter.baseline
                    text: "→"
                    font.pixelSize: Math.round(current.height * 0.18)
                    leading: 1.0
                    color: Theme.call
                }
                StyledText {
                    id: counter
                    objectName: "currentCounter"
                    text: current.call.counter
                    font.pixelSize: Math.round(current.height * 0.24)
                    font.weight: Font.Bold
                    leading: 1.0
                    color: Theme.call
                }
                StyledText {
                    anchors.baseline: counter.baseline
                    text: root.board.zh.counter
                    size: root.words * 1.3
                    leading: 1.0
                    color: Theme.call
                }
            }
            StyledText {
                width: parent.width
                topPadding: Units.mm(root.words * 0.3)
                text: current.call.name === "" ? current.call.service : current.call.service + " · " + current.call.name
                size: root.words
                color: Theme.inkSoft
                leading: 1.2
                horizontalAlignment: Text.AlignHCenter
                elide: Text.ElideRight
                maximumLineCount: 1
            }
        }
        Column {
            visible: !current.called
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: root.margin }
            spacing: Units.mm(root.words * 0.5)

            StyledText {
                objectName: "boardMessage"
                width: parent.width
                text: root.values.online ? root.board.zh.nobody : root.board.zh.lost.arg(root.values.lostSince)
                size: root.values.online ? root.digits : root.words * 1.5
                font.weight: Font.Bold
                leading: 1.3
                horizontalAlignment: Text.AlignHCenter
            }
            StyledText {
                width: parent.width
                text: root.values.online ? root.board.zh.nobody_how : root.board.en.lost.arg(root.values.lostSince)
                size: root.words
                color: Theme.inkSoft
                leading: 1.3
                horizontalAlignment: Text.AlignHCenter
            }
            StyledText {
                visible: root.values.online
                width: parent.width
                text: root.board.en.nobody + ". " + root.board.en.nobody_how + "."
                size: root.words * 0.8
                color: Theme.inkSoft
                leading: 1.3
                horizontalAlignment: Text.AlignHCenter
            }
        }
    }

    Column {
        visible: root.values.online
        anchors { left: current.right; leftMargin: root.margin * 0.6; right: parent.right; rightMargin: root.margin }
        anchors { top: current.top; bottom: current.bottom }
        clip: true

        Repeater {
            model: root.values.online ? Math.max(0, Math.min(root.values.others.length, Math.floor(current.height / root.rowHeight))) : 0
            Item {
                id: row
                required property int index
                readonly property var call: root.values.others[index]
                width: parent.width
                height: root.rowHeight

                StyledText {
                    objectName: "recentNumber"
                    anchors { left: parent.left; verticalCenter: parent.verticalCenter }
                    text: row.call.number
                    size: root.digits
                    font.weight: Font.Bold
                    leading: 1.0
                    color: row.call.called ? Theme.ink : Theme.inkSoft
                }
                Row {
                    anchors { right: parent.right; verticalCenter: parent.verticalCenter }
                    spacing: Units.mm(root.words * 0.25)
                    StyledText {
                        id: place
                        text: row.call.counter
                        size: root.digits
                        leading: 1.0
                        color: row.call.called ? Theme.call : Theme.inkSoft
                    }
                    StyledText {
                        anchors.baseline: place.baseline
                        text: row.call.called ? root.board.zh.counter : root.board.zh.counter + " " + root.board.zh.serving
                        size: root.words
                        leading: 1.0
                        color: row.call.called ? Theme.call : Theme.inkSoft
                    }
                }
                Hairline {
                    anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
                }
            }
        }
    }

    Flow {
        id: foot
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; margins: root.margin }
        anchors.bottomMargin: root.margin * 0.7
        height: Units.mm(root.words * 1.3)
        spacing: Units.mm(root.words * 1.1)
        clip: true

        Repeater {
            model: root.values.online ? root.values.services.length : 0
            Row {
                id: queue
                required property int index
                readonly property var service: root.values.services[index]
                spacing: Units.mm(root.words * 0.3)
                StyledText {
                    text: queue.service.name
                    size: root.words * 0.8
                    leading: 1.3
                    color: Theme.inkSoft
                }
                StyledText {
                    text: queue.service.waiting
                    size: root.words * 0.9
                    leading: 1.16
                }
            }
        }
    }
}
