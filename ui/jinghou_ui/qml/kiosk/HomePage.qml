import QtQuick
import Jinghou

// A hall's first page. What most people came for first: put the card down. Below it the services, with how many wait.
HomeFrame {
    id: page

    CardHero {
        id: hero
        anchors { left: parent.left; right: parent.right; top: parent.top }
        kiosk: page.kiosk
    }
    ServiceGrid {
        anchors { left: parent.left; right: parent.right; top: hero.bottom; topMargin: Units.block; bottom: parent.bottom }
        kiosk: page.kiosk
    }
}
