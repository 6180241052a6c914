import QtQuick
import QtQuick.Templates as T

// A button for a finger: at least 24 mm high, acts when the finger lifts inside it, however long it lay there.
T.AbstractButton {
    id: button

    enum Kind { Primary, Outline, OnAccent }
    property int kind: TouchButton.Outline

    readonly property bool primary: kind === TouchButton.Primary
    readonly property color inkColor: kind === TouchButton.Outline ? Theme.ink : Theme.accentInk

    implicitHeight: primary ? Units.primary : Units.touch
    implicitWidth: Math.max(Units.mm(48), caption.implicitWidth + 2 * Units.mm(10))
    focusPolicy: Qt.TabFocus
    opacity: enabled ? 1 : 0.45

    background: Rectangle {
        radius: height / 2
        color: button.primary ? (button.pressed ? Theme.accentPressed : Theme.accent)
                              : (button.pressed ? (button.kind === TouchButton.Outline ? Theme.accentSoft : Theme.accentPressed)
                                                : "transparent")
        border.width: button.primary && !button.visualFocus ? 0 : Units.mm(button.visualFocus ? 1.2 : 0.5)
        border.color: button.kind === TouchButton.Outline ? (button.visualFocus ? Theme.accent : "#C9C2B3") : Theme.accentInk
    }
    contentItem: StyledText {
        id: caption
        text: button.text
        size: button.primary ? Theme.title : Theme.body
        font.weight: button.primary ? Font.Bold : Font.Medium
        color: button.inkColor
        horizontalAlignment: Text.AlignHCenter
        leading: 1.0
        wrapMode: Text.NoWrap
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Units.mm(Theme.note)
    }
}
