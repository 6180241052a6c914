import QtQuick
import QtQuick.Templates as T
import Jinghou

// A theme to open: its name, and how many services are found under it.
T.AbstractButton {
    id: tile

    required property var kiosk
    required property var theme

    objectName: "theme-" + theme.id
    text: theme.name || kiosk.words.choose.other
    Accessible.name: text + " " + count.text
    focusPolicy: Qt.TabFocus
    onClicked: kiosk.tap("theme", theme.id)

    background: Surface {
        color: tile.pressed ? Theme.surface : Theme.accentSoft
        border.color: tile.visualFocus ? Theme.accent : Theme.line
        border.width: tile.visualFocus ? Units.mm(1.2) : Units.line
    }
    contentItem: Item {
        StyledText {
            anchors { left: parent.left; right: count.left; verticalCenter: parent.verticalCenter }
            anchors { leftMargin: Units.inset * 0.6; rightMargin: Units.mm(3) }
            text: tile.text
            size: Theme.title
            font.weight: Font.Bold
            leading: 1.2
            maximumLineCount: 2
            fontSizeMode: Text.Fit
            minimumPixelSize: Units.mm(Theme.note)
        }
        StyledText {
            id: count
            anchors { right: parent.right; rightMargin: Units.inset * 0.6; verticalCenter: parent.verticalCenter }
            text: tile.kiosk.words.choose.count.arg(tile.theme.count)
            size: Theme.note
            color: Theme.inkSoft
        }
    }
}
