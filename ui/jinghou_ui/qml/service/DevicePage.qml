import QtQuick
import Jinghou

// One device: how it is and why, what it has done, a trial with a real command. A locker's door opens by its second tap.
Item {
    id: page

    required property var service

    readonly property var words: service.words
    readonly property var device: service.values

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
            text: names.kinds[page.device.kind] + " · " + names.links[page.device.link]
            size: Theme.title
            font.weight: Font.Bold
            leading: 1.3
        }
        StyledText {
            objectName: "deviceReason"
            visible: text !== ""
            width: parent.width
            text: page.device.reason
            wrapMode: Text.Wrap
        }
        StyledText {
            objectName: "deviceCounters"
            readonly property var counts: page.device.counters.map(one => (names.counters[one.what] ?? one.what) + " " + one.count)
            width: parent.width
            text: page.words.staff_device.counted + " " + (counts.join(" · ") || "0")
            size: Theme.note
            color: Theme.inkSoft
            wrapMode: Text.Wrap
        }
        Hairline {
            visible: page.device.trying || page.device.ended
            width: parent.width
        }
        StyledText {
            objectName: "trying"
            visible: page.device.trying
            width: parent.width
            text: names.trials[page.device.kind]
            size: Theme.label
            font.weight: Font.Bold
        }
        Outcome {
            visible: page.device.ended
            width: parent.width
            well: page.device.well ?? false
            verdict: well ? page.words.staff_device.well : page.words.staff_device.failed
            said: page.device.said ?? ""
        }
    }
    Column {
        id: actions
        anchors { right: parent.right; bottom: parent.bottom }
        width: page.wide ? page.half : parent.width
        spacing: Units.gap

        StepRow {
            visible: page.device.doors
            width: parent.width
            service: page.service
        }
        TouchButton {
            objectName: "door"
            visible: page.device.doors
            width: parent.width
            enabled: !page.device.trying
            kind: page.device.armed ? TouchButton.Primary : TouchButton.Outline
            height: Units.primary
            text: (page.device.armed ? page.words.staff_device.open_really : page.words.staff_device.open).arg(page.device.board).arg(page.device.lock)
            onClicked: page.service.tap("door")
        }
        TouchButton {
            objectName: "replace"
            width: parent.width
            visible: !page.device.trying
            text: page.words.staff_replace.title
            onClicked: page.service.tap("replace")
        }
        TouchButton {
            objectName: "try"
            width: parent.width
            kind: page.device.armed ? TouchButton.Outline : TouchButton.Primary
            height: Units.primary
            enabled: !page.device.trying
            text: page.words.staff_device.attempt
            onClicked: page.service.tap("try")
        }
    }
}
