import QtQuick
import Jinghou

// Which service? Eight to a page, turned by buttons: nothing here needs a drag.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property int perPage: (Units.compact && !Units.wide ? 6 : 8) - (Units.large ? 2 : 0)
    readonly property int pageCount: Math.max(1, Math.ceil(kiosk.services.length / perPage))
    property int pageIndex: 0
    readonly property int first: Math.min(pageIndex, pageCount - 1) * perPage

    readonly property real share: pageCount > 1 && Units.compact ? (width - 2 * Units.gap) / 3 : width  // three buttons

    Headline {
        id: headline
        above: page.kiosk.visit.greeting ? page.words.choose.hello.arg(page.kiosk.visit.greeting) : ""
        text: page.kiosk.serves ? page.words.choose.title : page.words.offline.title
    }
    Rectangle {
        id: privacy
        visible: page.kiosk.serves
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        height: Math.max(Units.mm(Units.compact ? 54 : 74), said.height + Units.inset)
        radius: Units.radius
        color: Theme.accentSoft

        Column {
            id: said
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset }
            spacing: Units.mm(3)
            StyledText {
                objectName: "choosePrivacy"
                width: parent.width
                text: page.kiosk.visit.shown ? page.words.choose.shown
                      : page.kiosk.visit.holder ? page.words.choose.card_read : page.words.choose.no_card
                size: Theme.title
                font.weight: Font.Bold
            }
            StyledText {
                width: parent.width
                text: !page.kiosk.online ? page.words.offline.joins
                      : page.kiosk.visit.holder ? page.words.choose.card_read_how : page.words.choose.no_card_how
                size: Theme.note
                color: Theme.inkSoft
            }
        }
    }
    OfflineNotice {
        visible: !page.kiosk.serves
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        kiosk: page.kiosk
    }
    Grid {
        id: grid
        visible: page.kiosk.serves
        anchors { top: parent.top; left: parent.left; right: parent.right }
        anchors.topMargin: Math.max(Units.mm(Units.compact ? 116 : 180), privacy.y + privacy.height + Units.gap)
        columns: Units.wide ? 4 : 2
        spacing: Units.gap

        Repeater {
            model: Math.min(page.perPage, page.kiosk.services.length - page.first)
            ServiceChoice {
                required property int index
                kiosk: page.kiosk
                service: page.kiosk.services[page.first + index]
                width: (page.width - (grid.columns - 1) * Units.gap) / grid.columns
                height: Units.mm(Units.compact ? 54 : page.kiosk.services.length > 6 ? 62 : 76)
            }
        }
    }
    Row {
        anchors { bottom: parent.bottom; right: parent.right }
        spacing: Units.gap
        visible: page.pageCount > 1

        StyledText {
            visible: !(Units.compact && Units.large)  // no room beside the buttons
            height: Units.touch
            text: page.words.choose.page.arg(page.first / page.perPage + 1).arg(page.pageCount)
            size: Theme.note
            color: Theme.inkSoft
        }
        TouchButton {
            objectName: "previousPage"
            width: Math.min(implicitWidth, page.share)
            lines: page.pageCount > 1 && Units.compact ? 2 : 1
            text: page.words.choose.previous_page
            enabled: page.pageIndex > 0
            onClicked: if (page.kiosk.tap("stay")) page.pageIndex -= 1
        }
        TouchButton {
            objectName: "nextPage"
            width: Math.min(implicitWidth, page.share)
            lines: page.pageCount > 1 && Units.compact ? 2 : 1
            text: page.words.choose.next_page
            enabled: page.pageIndex < page.pageCount - 1
            onClicked: if (page.kiosk.tap("stay")) page.pageIndex += 1
        }
    }
    Row {
        anchors { left: parent.left; bottom: parent.bottom }
        spacing: Units.gap

        TouchButton {
            objectName: "back"
            width: Math.min(implicitWidth, page.share)
            lines: page.pageCount > 1 && Units.compact ? 2 : 1
            text: page.words.common.home
            onClicked: page.kiosk.tap("home")
        }
        TouchButton {
            objectName: "arrive"
            visible: page.kiosk.serves && (page.pageCount === 1 || !Units.compact)  // else no room: it is on the first page
            text: page.words.arrive.tile
            onClicked: page.kiosk.tap("arrive")
        }
    }
}
