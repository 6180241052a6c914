import QtQuick
import Jinghou

// A community point's first page, for neighbours who come seldom: few services, one below the other, in large letters.
HomeFrame {
    id: page

    title: words.community.title

    CardHero {
        id: hero
        anchors { left: parent.left; right: parent.right; top: parent.top }
        kiosk: page.kiosk
    }
    ServiceGrid {
        anchors { left: parent.left; right: parent.right; top: hero.bottom; topMargin: Units.block; bottom: parent.bottom }
        kiosk: page.kiosk
        columns: Units.wide ? 4 : 1
        most: 4
        tileHeight: Units.mm(Units.compact ? 46 : 56)
    }
}
