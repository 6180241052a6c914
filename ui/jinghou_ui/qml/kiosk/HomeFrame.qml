import QtQuick
import Jinghou

// What every first page has: its line, a notice while there are no numbers, and the ways in for whoever booked or has a number.
Item {
    id: frame

    required property var kiosk
    property string title: words.home.title
    default property alias content: room.data

    readonly property var words: kiosk.words

    Headline {
        id: headline
        text: frame.kiosk.closed ? frame.words.home.closed
              : frame.kiosk.online ? frame.title
              : frame.kiosk.serves ? frame.words.offline.serving : frame.words.offline.title
    }
    ClosedNotice {
        id: closed
        visible: frame.kiosk.closed
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        kiosk: frame.kiosk
    }
    OfflineNotice {
        visible: !frame.kiosk.serves && !frame.kiosk.closed
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        kiosk: frame.kiosk
    }
    Item {
        id: room
        visible: frame.kiosk.givesNumbers
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        anchors { bottom: arrive.top; bottomMargin: Units.gap }
    }
    Row {
        id: arrive
        readonly property real share: (width - (ways - 1) * spacing) / ways
        readonly property int ways: 1 + findNumber.visible + phone.visible
        readonly property real tall: Math.max(Units.mm(Units.compact ? 44 : 60), shown.implicitHeight,
                                              findNumber.implicitHeight, phone.implicitHeight)

        visible: frame.kiosk.serves
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: tall
        spacing: Units.gap

        ServiceTile {
            id: shown
            objectName: "arrive"
            width: arrive.share
            height: arrive.tall
            title: frame.words.arrive.tile
            note: frame.words.arrive.tile_how
            onClicked: frame.kiosk.tap("arrive")
        }
        ServiceTile {
            id: findNumber
            objectName: "findNumber"
            visible: frame.kiosk.online
            width: arrive.share
            height: arrive.tall
            title: frame.words.my_number.tile
            note: frame.words.my_number.tile_how
            onClicked: frame.kiosk.tap("find_number")
        }
        ServiceTile {
            id: phone
            objectName: "phone"
            visible: frame.kiosk.givesPhoneNumbers
            width: arrive.share
            height: arrive.tall
            title: frame.words.phone_code.tile
            note: frame.words.phone_code.tile_how
            onClicked: frame.kiosk.tap("phone")
        }
    }
}
