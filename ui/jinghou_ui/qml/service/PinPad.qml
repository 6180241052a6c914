import QtQuick
import Jinghou

// The staff's PIN. Which digits were typed, nobody sees.
Item {
    id: page

    required property var service

    readonly property var words: service.words
    readonly property bool wide: width > height

    Column {
        id: typed
        anchors { left: parent.left; bottom: page.wide ? parent.bottom : keys.top; bottomMargin: Units.block }
        width: page.wide ? (parent.width - Units.block) / 2 : parent.width
        spacing: Units.gap

        StyledText {
            objectName: "pinNote"
            width: parent.width
            text: page.service.secondsLocked > 0 ? page.words.staff.pin_locked.arg(page.service.secondsLocked)
                  : page.service.values.checking ? page.words.staff.pin_checking
                  : page.service.values.wrong ? page.words.staff.pin_wrong : page.words.staff.pin_how
            color: page.service.values.wrong ? Theme.call : Theme.inkSoft
        }
        Row {
            objectName: "pinDots"
            height: Units.mm(8)
            spacing: Units.mm(4)
            Repeater {
                model: page.service.values.typed
                Rectangle {
                    width: parent.height
                    height: width
                    radius: width / 2
                    color: Theme.accent
                    antialiasing: true
                }
            }
        }
    }
    Column {
        id: keys
        anchors { right: parent.right; bottom: parent.bottom }
        width: page.wide ? (parent.width - Units.block) / 2 : parent.width
        spacing: Units.gap

        Keypad {
            width: parent.width
            deleteText: page.words.staff.delete_key
            keyHeight: Units.mm(Units.compact ? 24 : 36)
            onDigit: which => page.service.tap("digit", which)
            onTakeBack: page.service.tap("delete")
        }
        TouchButton {
            objectName: "pinEnter"
            width: parent.width
            kind: TouchButton.Primary
            enabled: page.service.values.complete && page.service.secondsLocked === 0
            text: page.words.staff.pin_enter
            onClicked: page.service.tap("confirm")
        }
    }
}
