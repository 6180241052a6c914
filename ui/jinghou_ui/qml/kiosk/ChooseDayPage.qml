import QtQuick
import Jinghou

// Which day? Those with a free time, the next one first.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words

    Headline {
        id: headline
        above: page.kiosk.visit.service.name
        text: page.kiosk.visit.moving ? page.words.book.day_move : page.words.book.day
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
        entries: page.kiosk.visit.days ?? []
        columns: Units.wide ? 4 : Units.large ? 1 : 2
        tileHeight: Units.mm(Units.compact && !Theme.latin ? 46 : 56)
        backText: page.words.common.back
        tile: ServiceTile {
            required property int index
            readonly property var entry: tiles.entries[tiles.first + index]
            width: tiles.tileWidth
            height: tiles.tileHeight
            objectName: "day-" + (entry?.day ?? "")
            title: entry?.today ? page.words.book.today : (entry?.date ?? "")
            note: page.words.book.times.arg(entry?.times ?? 0) + (entry?.quiet ? " · " + page.words.book.quiet : "")
            onClicked: page.kiosk.tap("day", entry.day)
        }
    }
}
