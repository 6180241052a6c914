import QtQuick
import Jinghou

// A page that says one thing, and what can be done now: one button below the other, the first the one most people want.
Item {
    id: saying

    required property var kiosk
    property string title
    property string strong  // the heart of it, in larger type
    property string note
    property var choices: []  // each {name, tap, text}

    Headline {
        id: headline
        text: saying.title
    }
    Surface {
        id: sheet
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        anchors.rightMargin: Units.low ? saying.width * 0.42 : 0
        height: Math.max(Units.mm(Units.compact ? 60 : 136), content.height + 2 * Units.inset)

        Column {
            id: content
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset }
            spacing: Units.mm(8)

            StyledText {
                objectName: "strong"
                visible: text !== ""
                width: parent.width
                text: saying.strong
                size: Theme.title
                font.weight: Font.Bold
            }
            StyledText {
                objectName: "note"
                width: parent.width
                text: saying.note
                size: Theme.label
            }
        }
    }
    Column {
        anchors { left: Units.low ? sheet.right : parent.left; leftMargin: Units.low ? Units.gap : 0; right: parent.right }
        anchors { top: Units.low ? sheet.top : sheet.bottom; topMargin: Units.low ? 0 : Units.block }
        spacing: Units.gap

        Repeater {
            model: saying.choices
            TouchButton {
                required property int index
                required property var modelData
                objectName: modelData.name
                width: parent.width
                kind: index === 0 ? TouchButton.Primary : TouchButton.Outline
                text: modelData.text
                onClicked: saying.kiosk.tap(modelData.tap)
            }
        }
    }
}
