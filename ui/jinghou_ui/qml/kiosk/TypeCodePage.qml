import QtQuick
import Jinghou

// The ten digits of a booking, on keys for fingers.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words

    Headline {
        id: headline
        text: page.words.type_code.title
    }
    Surface {
        id: sheet
        anchors { left: parent.left; right: parent.right; bottom: keys.top; bottomMargin: Units.block }
        height: Units.mm(Units.low ? 20 : Units.compact ? 34 : 64)
        StyledText {
            objectName: "code"
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset }
            text: page.kiosk.visit.code
            size: Units.low ? 12 : Units.compact ? 18 : 30
            font.weight: Font.Bold
            font.letterSpacing: Units.mm(2)
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.NoWrap
        }
    }
    StyledText {
        anchors { top: headline.bottom; topMargin: Units.mm(Units.low ? 2 : 6); left: parent.left; right: parent.right }
        text: page.words.type_code.where
        color: Theme.inkSoft
    }
    Keypad {
        id: keys
        anchors { left: parent.left; right: parent.right; bottom: actions.top; bottomMargin: Units.block }
        keyHeight: Units.low ? Units.touch : Units.mm(Units.compact ? 24 : 44)
        deleteText: page.words.type_code.delete_key
        onDigit: which => page.kiosk.tap("digit", which)
        onTakeBack: page.kiosk.tap("delete")
    }
    Grid {
        id: actions
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        spacing: Units.gap
        columns: Units.low ? 2 : 1  // beside each other where there is no height

        TouchButton {
            objectName: "confirm"
            width: Units.low ? parent.width - back.width - Units.gap : parent.width
            kind: TouchButton.Primary
            enabled: page.kiosk.visit.complete
            text: page.kiosk.visit.purpose === "find_number" ? page.words.my_number.find : page.words.type_code.confirm
            onClicked: page.kiosk.tap("confirm")
        }
        TouchButton {
            id: back
            objectName: "back"
            text: page.words.common.back
            onClicked: page.kiosk.tap("back")
        }
    }
}
