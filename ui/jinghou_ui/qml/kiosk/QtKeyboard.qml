import QtQuick
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Settings
import Jinghou

// Qt's keyboard, with what it offers in a line above the letters. It types into whatever has the focus.
Item {
    id: keyboard

    required property var method

    implicitHeight: 4 * KeySize.down

    Binding { target: VirtualKeyboardSettings; property: "layoutPath"; value: keyboard.method.layouts }
    Binding { target: VirtualKeyboardSettings; property: "activeLocales"; value: [keyboard.method.locale] }
    Binding { target: VirtualKeyboardSettings; property: "locale"; value: keyboard.method.locale }
    Binding {  // else they would slide in from below the letters, past a finger on its way
        target: VirtualKeyboardSettings.wordCandidateList
        property: "alwaysVisible"
        value: true
    }

    InputPanel {
        width: parent.width
        y: parent.height - height
        externalLanguageSwitchEnabled: true
    }
}
