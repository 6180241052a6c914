import QtQuick
import Jinghou

// What most people came for first: put the card down. Below it the services, with how many wait.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property int room: Units.large ? 0 : Units.compact ? 4 : 6  // large type: one way to all services
    readonly property int shown: kiosk.services.length > room ? Math.max(0, room - 1) : kiosk.services.length

    Headline {
        id: headline
        text: page.kiosk.online ? page.words.home.title
              : page.kiosk.serves ? page.words.offline.serving : page.words.offline.title
    }

    OfflineNotice {
        visible: !page.kiosk.serves
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        kiosk: page.kiosk
    }

    Rectangle {
        id: hero
        visible: page.kiosk.serves
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        height: Math.max(Units.mm(Units.compact ? 112 : 180), heroText.height + start.height + 3 * Units.inset)
        radius: Units.radius
        color: Theme.accent

        CardPicture {
            visible: page.kiosk.readerReady
            anchors { right: parent.right; rightMargin: Units.inset * 0.6; bottom: parent.bottom; bottomMargin: Units.inset }
            width: Units.mm(Units.compact ? 70 : 106)
            height: width
        }
        Column {
            id: heroText
            anchors { left: parent.left; right: parent.right; top: parent.top; margins: Units.inset }
            spacing: Units.mm(Units.compact ? 3 : 6)

            StyledText {
                width: parent.width
                text: page.kiosk.readerReady ? page.words.home.card : page.words.home.reader_down
                size: Units.compact ? 18 : Theme.latin || Units.large ? 24 : 28
                font.weight: Font.Bold
                color: Theme.accentInk
                leading: 1.3
            }
            StyledText {
                objectName: "homeHint"
                width: page.kiosk.readerReady ? parent.width - Units.mm(Units.compact ? 70 : 112) : parent.width
                text: !page.kiosk.readerReady ? page.words.home.reader_down_how
                      : page.kiosk.visit.unreadable ? page.words.home.card_unreadable : page.words.home.card_how
                color: Theme.accentInkSoft
            }
        }
        TouchButton {
            id: start
            objectName: "start"
            anchors { left: parent.left; bottom: parent.bottom; margins: Units.inset }
            kind: TouchButton.OnAccent
            text: page.words.home.no_card
            onClicked: page.kiosk.tap("start")
        }
    }

    StyledText {
        id: choose
        visible: page.kiosk.serves
        anchors { top: hero.bottom; topMargin: Units.block; left: parent.left }
        text: page.words.home.choose
        size: Theme.note
        color: Theme.inkSoft
    }
    Grid {
        visible: page.kiosk.serves
        anchors { top: choose.bottom; topMargin: Units.mm(4); left: parent.left; right: parent.right }
        columns: 2
        spacing: Units.gap

        Repeater {
            model: page.shown
            ServiceChoice {
                required property int index
                kiosk: page.kiosk
                service: page.kiosk.services[index]
                width: (page.width - Units.gap) / 2
                height: Units.mm(Units.compact ? 50 : 64)
            }
        }
        ServiceTile {
            visible: page.kiosk.services.length > page.shown
            objectName: "more"
            width: Units.large ? page.width : (page.width - Units.gap) / 2
            height: Units.mm(Units.compact ? 50 : 64)
            title: Units.large ? page.words.home.all : page.words.home.more
            note: page.words.home.more_how.arg(page.kiosk.services.length)
            onClicked: page.kiosk.tap("start")
        }
    }
    ServiceTile {
        objectName: "arrive"
        visible: page.kiosk.serves
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: Units.mm(Units.compact ? 44 : 60)
        title: page.words.arrive.tile
        note: page.words.arrive.tile_how
        onClicked: page.kiosk.tap("arrive")
    }
}
