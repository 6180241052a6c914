import QtQuick
import Jinghou

// A bank branch's first page: government matters at the bank. The matters that people come here for are one tap away.
HomeFrame {
    id: page

    title: words.branch.title

    CardHero {
        id: hero
        anchors { left: parent.left; right: parent.right; top: parent.top }
        kiosk: page.kiosk
        hint: page.words.branch.how
        startsHere: false
        least: Units.mm(Units.compact ? 84 : 140)
    }
    ServiceGrid {
        anchors { left: parent.left; right: parent.right; top: hero.bottom; topMargin: Units.block }
        anchors { bottom: start.top; bottomMargin: Units.gap }
        kiosk: page.kiosk
        caption: page.words.branch.here
        most: 8
        searches: false
        tileHeight: Units.mm(Units.compact ? 50 : 56)
    }
    TouchButton {
        id: start
        objectName: "start"
        anchors { left: parent.left; right: search.left; rightMargin: Units.gap; bottom: parent.bottom }
        text: page.words.home.no_card
        onClicked: page.kiosk.tap("start")
    }
    TouchButton {
        id: search
        objectName: "search"
        anchors { right: parent.right; bottom: parent.bottom }
        text: page.words.search.tile
        onClicked: page.kiosk.tap("search")
    }
}
