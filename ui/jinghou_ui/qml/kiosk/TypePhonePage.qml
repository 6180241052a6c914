import QtQuick
import Jinghou

// The phone that is to be told, on keys for fingers; and whose it is.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property bool wrong: kiosk.visit.wrong

    Headline {
        id: headline
        text: page.words.tell_phone.title
    }
    StyledText {
        objectName: "typePhoneHint"
        anchors { top: headline.bottom; topMargin: Units.mm(Units.compact ? 2 : 6); left: parent.left; right: parent.right }
        text: page.wrong ? page.words.tell_phone.wrong : page.words.tell_phone.where
        font.weight: page.wrong ? Font.Bold : Font.Normal
        color: page.wrong ? Theme.call : Theme.inkSoft
    }
    Surface {
        anchors { left: parent.left; right: Units.low ? whose.left : parent.right; rightMargin: Units.low ? Units.gap : 0 }
        anchors { bottom: Units.low ? keys.top : whose.top; bottomMargin: Units.gap }
        height: Units.low ? Units.touch : Units.mm(Units.compact ? 28 : 56)
        StyledText {
            objectName: "digits"
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset }
            text: page.kiosk.visit.digits
            size: Units.low ? 12 : Units.compact ? 16 : 28
            font.weight: Font.Bold
            font.letterSpacing: Units.mm(1.5)
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.NoWrap
        }
    }
    Row {
        id: whose
        anchors { left: Units.low ? parent.horizontalCenter : parent.left; right: parent.right; bottom: keys.top; bottomMargin: Units.gap }
        spacing: Units.gap

        TouchButton {
            objectName: "own"
            width: (parent.width - Units.gap) / 2
            kind: page.kiosk.visit.relative ? TouchButton.Outline : TouchButton.Chosen
            text: page.words.tell_phone.own
            onClicked: page.kiosk.tap("whose", "own")
        }
        TouchButton {
            objectName: "relative"
            width: (parent.width - Units.gap) / 2
            kind: page.kiosk.visit.relative ? TouchButton.Chosen : TouchButton.Outline
            text: page.words.tell_phone.relative
            onClicked: page.kiosk.tap("whose", "relative")
        }
    }
    Keypad {
        id: keys
        anchors { left: parent.left; right: parent.right; bottom: actions.top; bottomMargin: Units.gap }
        keyHeight: Units.low ? Units.touch : Units.mm(Units.compact ? 24 : 44)
        deleteText: page.words.tell_phone.delete_key
        onDigit: which => page.kiosk.tap("digit", which)
        onTakeBack: page.kiosk.tap("delete")
    }
    Row {
        id: actions
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        spacing: Units.gap

        TouchButton {
            objectName: "back"
            width: (parent.width - Units.gap) * 0.36
            height: confirm.height
            lines: 2
            text: page.words.common.back
            onClicked: page.kiosk.tap("back")
        }
        TouchButton {
            id: confirm
            objectName: "confirm"
            width: (parent.width - Units.gap) * 0.64
            lines: 2
            kind: TouchButton.Primary
            enabled: page.kiosk.visit.complete
            text: page.words.tell_phone.yes
            onClicked: page.kiosk.tap("confirm")
        }
    }
}
