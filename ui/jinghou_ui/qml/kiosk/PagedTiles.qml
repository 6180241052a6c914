import QtQuick
import Jinghou

// Tiles to choose from, as many to a page as there is room for, turned by buttons: nothing here needs a drag.
Item {
    id: tiles

    required property var kiosk
    property var entries: []
    property int columns: 2
    property real tileHeight: Units.mm(Units.compact ? 46 : 56)
    property string backText
    property Component tile  // of that size; its index counts from `first`

    readonly property real turning: Units.touch + Units.gap
    readonly property int rows: Math.max(1, Math.floor((height - turning + Units.gap) / (tileHeight + Units.gap)))
    readonly property int perPage: rows * columns
    readonly property int pageCount: Math.max(1, Math.ceil(entries.length / perPage))
    property int pageIndex: 0
    readonly property real tileWidth: (width - (columns - 1) * Units.gap) / columns
    readonly property int first: Math.min(pageIndex, pageCount - 1) * perPage

    Grid {
        anchors { left: parent.left; right: parent.right; top: parent.top }
        columns: tiles.columns
        spacing: Units.gap

        Repeater {
            model: Math.min(tiles.perPage, tiles.entries.length - tiles.first)
            delegate: tiles.tile
        }
    }
    TouchButton {
        id: back
        objectName: "back"
        anchors { left: parent.left; bottom: parent.bottom }
        width: Math.min(implicitWidth, (parent.width - 2 * Units.gap) / 3)
        lines: 2
        text: tiles.backText
        onClicked: tiles.kiosk.tap("back")
    }
    Row {
        visible: tiles.pageCount > 1
        anchors { right: parent.right; bottom: parent.bottom }
        spacing: Units.gap

        TouchButton {
            objectName: "previousPage"
            width: Math.min(implicitWidth, (tiles.width - 2 * Units.gap) / 3)
            lines: 2
            enabled: tiles.pageIndex > 0
            text: tiles.kiosk.words.choose.previous_page
            onClicked: if (tiles.kiosk.tap("stay")) tiles.pageIndex -= 1
        }
        TouchButton {
            objectName: "nextPage"
            width: Math.min(implicitWidth, (tiles.width - 2 * Units.gap) / 3)
            lines: 2
            enabled: tiles.pageIndex < tiles.pageCount - 1
            text: tiles.kiosk.words.choose.next_page
            onClicked: if (tiles.kiosk.tap("stay")) tiles.pageIndex += 1
        }
    }
}
