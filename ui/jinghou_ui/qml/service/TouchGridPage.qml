import QtQuick
import Jinghou

// Fields over the whole glass that turn dark under a finger: a field that stays light cannot be touched.
Rectangle {
    id: page

    required property var service

    readonly property var grid: service.values
    readonly property real fieldWidth: width / (grid.columns ?? 1)
    readonly property real fieldHeight: height / (grid.rows ?? 1)

    color: Theme.surface

    Repeater {
        model: (page.grid.columns ?? 0) * (page.grid.rows ?? 0)
        Rectangle {
            required property int index
            x: (index % page.grid.columns) * page.fieldWidth
            y: Math.floor(index / page.grid.columns) * page.fieldHeight
            width: page.fieldWidth
            height: page.fieldHeight
            color: page.grid.felt[index] ? Theme.accent : Theme.surface
            border.width: Units.line
            border.color: Theme.edge
        }
    }
    MouseArea {
        id: glass
        anchors.fill: parent
        function feel(x: real, y: real) {
            const field = Math.floor(y / page.fieldHeight) * page.grid.columns + Math.floor(x / page.fieldWidth);
            if (glass.contains(Qt.point(x, y)) && !page.grid.felt[field]) {
                page.service.tap("field", field);
            }
        }
        onPressed: mouse => feel(mouse.x, mouse.y)
        onPositionChanged: mouse => feel(mouse.x, mouse.y)
    }
    Surface {
        anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.bottom; bottomMargin: page.fieldHeight }
        width: note.width + close.width + 3 * Units.gap
        height: close.height + 2 * Units.gap

        StyledText {
            id: note
            objectName: "fieldsLeft"
            anchors { left: parent.left; leftMargin: Units.gap; verticalCenter: parent.verticalCenter }
            text: page.service.words.staff.fields_left.arg(page.grid.left)
        }
        TouchButton {
            id: close
            objectName: "serviceBack"
            anchors { right: parent.right; rightMargin: Units.gap; verticalCenter: parent.verticalCenter }
            kind: TouchButton.Chosen
            text: page.service.words.staff.back
            onClicked: page.service.tap("back")
        }
    }
}
