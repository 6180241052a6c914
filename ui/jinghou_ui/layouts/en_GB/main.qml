import QtQuick.VirtualKeyboard
import ".."

Letters {
    inputMode: InputEngine.InputMode.Latin
    inputMethod: PlainInputMethod {}
}
