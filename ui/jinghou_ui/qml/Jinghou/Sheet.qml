import QtQuick

// A surface as high as what it says, close above the buttons: within the same reach, also of somebody who kneels.
Surface {
    id: sheet

    default property alias content: column.data
    property real spacing: Units.mm(Units.compact ? 4 : 8)

    height: column.height + 2 * column.anchors.margins

    Column {
        id: column
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset * 0.6 }
        spacing: sheet.spacing
    }
}
