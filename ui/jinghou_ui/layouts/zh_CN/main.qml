import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Plugins
import ".."

Letters {
    inputMode: InputEngine.InputMode.Pinyin
    inputMethod: PinyinInputMethod {}
}
