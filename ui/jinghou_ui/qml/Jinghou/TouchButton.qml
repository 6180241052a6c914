import QtQuick
import QtQuick.Templates as T

// A button for a finger: at least 24 mm high, acts when the finger lifts inside it, however long it lay there.
T.AbstractButton {
    id: button

    enum Kind { Primary, Outline, OnAccent, Key, Chosen }
    property int kind: TouchButton.Outline
    property int lines: 1  // that its words may take, where room is scarce
    property bool small: false  // its words are said in two lines, which have to be smaller

    readonly property bool primary: kind === TouchButton.Primary
    readonly property bool light: kind !== TouchButton.Primary && kind !== TouchButton.OnAccent
    readonly property color inkColor: !enabled ? Theme.inkSoft : light ? Theme.ink : Theme.accentInk

    implicitHeight: primary ? Units.primary : Units.touch
    implicitWidth: Math.max(Units.mm(48), caption.implicitWidth + 2 * Units.mm(Units.compact && Units.large ? 5 : 10))
    focusPolicy: Qt.TabFocus
    leftPadding: lines > 1 ? Units.mm(4) : 0
    rightPadding: leftPadding

    background: Rectangle {
        radius: button.kind === TouchButton.Key ? Units.radius : height / 2
        color: !button.enabled ? Theme.off
               : button.primary ? (button.pressed ? Theme.accentPressed : Theme.accent)
               : button.pressed ? (button.light ? Theme.accentSoft : Theme.accentPressed)
               : button.kind === TouchButton.Key ? Theme.surface
               : button.kind === TouchButton.Chosen ? Theme.accentSoft : "transparent"
        border.width: (button.primary || !button.enabled) && !button.visualFocus ? 0 : Units.mm(button.visualFocus ? 1.2 : 0.5)
        border.color: button.light ? (button.visualFocus || button.kind === TouchButton.Chosen ? Theme.accent : Theme.edge) : Theme.accentInk
    }
    contentItem: StyledText {
        id: caption
        text: button.text
        size: button.kind === TouchButton.Key ? Theme.title + 3 : button.primary ? Theme.title
              : button.small ? Theme.note : Theme.body
        font.weight: button.primary || button.kind === TouchButton.Key ? Font.Bold : Font.Medium
        color: button.inkColor
        horizontalAlignment: Text.AlignHCenter
        leading: 1.0
        wrapMode: button.lines > 1 ? Text.WordWrap : Text.NoWrap
        maximumLineCount: button.lines
        fontSizeMode: button.lines > 1 ? Text.Fit : Text.HorizontalFit
        minimumPixelSize: Units.mm(Theme.note / (button.lines > 1 ? Theme.scale : 1))  // no smaller than usual
    }
}
