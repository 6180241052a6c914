import QtQuick
import Jinghou

// The services that stand first here, as many as there is room for, and a way to the others.
Item {
    id: grid

    required property var kiosk
    property int columns: Units.wide ? 4 : 2
    property int most: 6
    property real tileHeight: Units.mm(!Units.compact ? 64 : Theme.latin ? 50 : 46)
    property string caption: kiosk.words.home.choose
    property bool searches: true  // whether the way to the search is here

    visible: height - tiles.y >= tileHeight  // else the button beside leads to all of them

    readonly property var first: kiosk.first
    readonly property int offered: kiosk.offered
    readonly property int rows: Math.max(1, Math.floor((height - tiles.y + Units.gap) / (tileHeight + Units.gap)))
    readonly property int room: Units.large ? 0 : Math.min(most, rows * columns)  // large type: one way to all services
    readonly property bool others: Math.min(first.length, room) < offered
    readonly property int shown: others ? Math.max(0, Math.min(first.length, room - 1)) : first.length
    readonly property real tileWidth: (width - (columns - 1) * Units.gap) / columns

    StyledText {
        id: saying
        anchors.left: parent.left
        width: parent.width - (searches ? search.width + Units.gap : 0)
        height: searches ? search.height : implicitHeight
        text: grid.caption
        size: Theme.note
        color: Theme.inkSoft
    }
    TouchButton {
        id: search
        objectName: "search"
        visible: grid.searches
        anchors.right: parent.right
        height: Units.mm(Units.large ? 25 : 21)
        text: grid.kiosk.words.search.tile
        onClicked: grid.kiosk.tap("search")
    }
    Grid {
        id: tiles
        anchors { top: saying.bottom; topMargin: Units.mm(4); left: parent.left; right: parent.right }
        columns: grid.columns
        spacing: Units.gap

        Repeater {
            model: grid.shown
            ServiceChoice {
                required property int index
                kiosk: grid.kiosk
                service: grid.first[index]
                width: grid.tileWidth
                height: grid.tileHeight
            }
        }
        ServiceTile {
            visible: grid.others
            objectName: "more"
            width: Units.large ? grid.width : grid.tileWidth
            height: grid.tileHeight
            title: Units.large ? grid.kiosk.words.home.all : grid.kiosk.words.home.more
            note: grid.kiosk.words.home.more_how.arg(grid.offered)
            onClicked: grid.kiosk.tap("start")
        }
    }
}
