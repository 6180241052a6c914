import QtQuick
import QtQuick.Layouts
import QtQuick.VirtualKeyboard

// The 26 letters where phones have them, one as wide as the other, and a key that takes the last one back.
KeyboardLayout {
    component Margin: Item {
        property real weight: 0.5
        Layout.preferredWidth: weight
        Layout.fillWidth: true
    }
    component Letters: Repeater {
        Key {
            required property string modelData
            text: modelData
            weight: 1
        }
    }

    KeyboardRow {
        Letters { model: [..."qwertyuiop"] }
    }
    KeyboardRow {
        Margin {}
        Letters { model: [..."asdfghjkl"] }
        Margin {}
    }
    KeyboardRow {
        Margin { weight: 1 }
        Letters { model: [..."zxcvbnm"] }
        BackspaceKey { weight: 2 }
    }
}
