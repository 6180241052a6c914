import QtQuick
import Jinghou

// Another device for the one that is there: what to do with one's hands, what was found, and which is to be taken.
Item {
    id: page

    required property var service

    readonly property var words: service.words
    readonly property var values: service.values
    readonly property bool wide: width > height
    readonly property real half: (width - Units.block) / 2

    DeviceWords { id: names; words: page.words }

    Sheet {
        anchors { left: parent.left; bottom: page.wide ? parent.bottom : actions.top }
        anchors.bottomMargin: page.wide ? 0 : Units.block
        width: page.wide ? page.half : parent.width

        StyledText {
            objectName: "deviceName"
            width: parent.width
            text: names.kinds[page.values.kind]
            size: Theme.title
            font.weight: Font.Bold
            leading: 1.3
        }
        StyledText {
            objectName: "replaceHow"
            width: parent.width
            text: page.values.busy ? (page.values.looked ? page.words.staff_replace.putting : page.words.staff_replace.looking)
                  : !page.values.looked ? page.words.staff_replace.how
                  : page.values.found.length === 0 ? page.words.staff_replace.nothing : page.words.staff_replace.choose
        }
        Outcome {
            visible: page.values.ended
            width: parent.width
            well: page.values.well ?? false
            verdict: page.words.staff_replace.failed
            said: page.values.said ?? ""
        }
    }
    Column {
        id: actions
        anchors { right: parent.right; bottom: parent.bottom }
        width: page.wide ? page.half : parent.width
        spacing: Units.gap

        Repeater {
            model: Math.min(3, page.values.found.length)  // more of one kind are not plugged into one kiosk
            ServiceTile {
                required property int index
                readonly property var one: page.values.found[index]
                objectName: "candidate-" + index
                width: actions.width
                height: Units.mm(58)
                enabled: !page.values.busy
                title: one.makes
                note: one.where + (one.complaint ? " · " + one.complaint : "")
                noteLines: 2
                onClicked: page.service.tap("candidate", index)
            }
        }
        TouchButton {
            objectName: "look"
            width: parent.width
            kind: page.values.found.length === 0 || page.values.busy ? TouchButton.Primary : TouchButton.Outline
            enabled: !page.values.busy
            text: page.values.looked ? page.words.staff_replace.again : page.words.staff_replace.look
            onClicked: page.service.tap("try")
        }
    }
}
