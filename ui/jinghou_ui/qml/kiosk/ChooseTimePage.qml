import QtQuick
import Jinghou

// What time of that day? Each with what is left of it.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words

    Headline {
        id: headline
        above: page.kiosk.visit.service.name + " · " + page.kiosk.visit.date
        text: page.words.book.time
    }
    StyledText {
        id: hint
        objectName: "bookHint"
        anchors { top: headline.bottom; topMargin: Units.mm(4); left: parent.left; right: parent.right }
        text: page.kiosk.visit.taken ? page.words.book.taken : page.words.book.quiet_how
        font.weight: page.kiosk.visit.taken ? Font.Bold : Font.Normal
        color: page.kiosk.visit.taken ? Theme.call : Theme.inkSoft
    }
    PagedTiles {
        id: tiles
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: parent.bottom }
        anchors.topMargin: Math.max(Units.mm(Units.wide ? 0 : Units.compact ? 100 : 180), hint.y + hint.height + Units.block)
        kiosk: page.kiosk
        entries: page.kiosk.visit.times ?? []
        columns: Units.wide ? 4 : Units.large ? 2 : 3
        backText: page.words.common.back
        tile: ServiceTile {
            required property int index
            readonly property var entry: tiles.entries[tiles.first + index]
            width: tiles.tileWidth
            height: tiles.tileHeight
            objectName: "time-" + (entry?.time ?? "")
            title: entry?.time ?? ""
            note: entry?.quiet ? page.words.book.quiet : page.words.book.left.arg(entry?.left ?? 0)
            onClicked: page.kiosk.tap("time", entry.slot)
        }
    }
}
