import QtQuick
import QtQuick.Templates as T

// One service: its name, and how many people wait for it.
T.AbstractButton {
    id: tile

    property string title
    property string note
    property string badge
    property int noteLines: 3
    property bool marked  // that it must not be overlooked

    implicitHeight: lines.height + 2 * Units.mm(5)
    Accessible.name: title + " " + note
    focusPolicy: Qt.TabFocus

    background: Surface {
        color: tile.pressed ? Theme.accentSoft : Theme.surface
        border.color: tile.visualFocus ? Theme.accent : Theme.line
        border.width: tile.visualFocus ? Units.mm(1.2) : Units.line
    }
    contentItem: Item {
        Column {
            id: lines
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter }
            anchors { leftMargin: Units.inset * 0.6; rightMargin: Units.inset * 0.6 }
            spacing: Units.mm(2)

            StyledText {
                width: parent.width
                text: tile.title
                size: Theme.title
                color: tile.marked ? Theme.call : tile.enabled ? Theme.ink : Theme.inkSoft
                font.weight: Font.Bold
                leading: 1.3
                maximumLineCount: 2
                elide: Text.ElideRight
            }
            Row {
                id: line
                width: parent.width
                spacing: Units.mm(6)
                StyledText {
                    id: said
                    width: Math.min(implicitWidth, line.width)
                    maximumLineCount: tile.noteLines
                    elide: Text.ElideRight
                    text: tile.note
                    size: Theme.note
                    color: Theme.inkSoft
                }
                StyledText {
                    id: inWords
                    visible: tile.badge !== "" && said.width + line.spacing + implicitWidth <= line.width
                    text: tile.badge
                    size: Theme.note
                    color: Theme.accent
                }
                CardSign {
                    visible: tile.badge !== "" && !inWords.visible
                    anchors.verticalCenter: parent.verticalCenter
                }
            }
        }
    }
}
