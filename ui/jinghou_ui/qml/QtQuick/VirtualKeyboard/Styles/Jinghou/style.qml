import QtQuick
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Styles
import Jinghou

// Qt's keyboard in the house's colours and sizes. It makes no sound, and shows no bubbles over the keys.
KeyboardStyle {
    id: style

    component Panel: KeyPanel {
        id: panel
        property string caption: control ? control.displayText.toUpperCase() : ""
        KeyFace {
            objectName: "letter-" + (panel.control && panel.control.text ? panel.control.text : "delete")
            anchors { fill: parent; margins: KeySize.gap / 2 }
            text: panel.caption
            pressed: panel.control !== null && panel.control.pressed
        }
    }

    keyboardDesignWidth: KeySize.across
    keyboardDesignHeight: 3 * KeySize.down
    keyboardBackground: Item {}
    keyPanel: Panel {}
    backspaceKeyPanel: Panel { caption: KeySize.deleteText }
    selectionListHeight: KeySize.down
    selectionListBackground: Item {}
    selectionListDelegate: SelectionListItem {
        id: candidate
        required property int index
        required property string display
        width: face.width + KeySize.gap
        KeyFace {
            id: face
            objectName: "candidate-" + candidate.index
            anchors { left: parent.left; top: parent.top; bottom: parent.bottom; margins: KeySize.gap / 2 }
            width: Math.max(Units.mm(21), implicitWidth)
            text: candidate.display
            flat: true
        }
    }
}
