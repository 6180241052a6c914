import QtQuick
import Jinghou

// Which service? Of many, the themes, below the services that stand first. Pages are turned by buttons: nothing needs a drag.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property var choice: kiosk.choice
    readonly property bool browses: choice.themes.length > 0
    readonly property bool lies: Units.wide && browses  // where every millimetre of height is a tile
    readonly property var listed: browses ? choice.themes : choice.services
    readonly property string place: choice.audience + (choice.opened ? "/" + choice.opened.id : "")
    onPlaceChanged: pageIndex = 0

    readonly property int columns: Units.wide ? 4 : 2
    readonly property int rowsOfThemes: Math.max(1, Math.min(Units.large ? 2 : 3, Math.floor((turning.y - grid.y) / (themeHeight + Units.gap))))
    readonly property int perPage: browses ? columns * rowsOfThemes : Units.low ? 4 : (Units.compact && !Units.wide ? 6 : 8) - (Units.large ? 2 : 0)
    readonly property int most: !browses || Units.low ? 0 : Units.compact || Units.large ? columns : 2 * columns  // of what stands first
    readonly property int pageCount: Math.max(1, Math.ceil(listed.length / perPage))
    property int pageIndex: 0
    readonly property int first: Math.min(pageIndex, pageCount - 1) * perPage

    readonly property real tileWidth: (width - (columns - 1) * Units.gap) / columns
    readonly property real tileHeight: Units.mm((Units.compact ? 54 : browses || listed.length > 6 ? 62 : 76) + (Units.large ? 10 : 0))
    readonly property real themeHeight: Units.mm((Units.compact ? 40 : 46) + (Units.large ? 8 : 0))
    readonly property real spare: width - back.width - search.width - previous.width - next.width - 3 * Units.gap  // of the lowest row
    readonly property int buttons: pageCount > 1 ? 4 : 3
    readonly property real share: Units.compact ? (width - (buttons - 1) * Units.gap) / buttons : width

    Headline {
        id: headline
        above: page.kiosk.visit.greeting ? page.words.choose.hello.arg(page.kiosk.visit.greeting) : ""
        text: !page.kiosk.serves ? page.words.offline.title : page.choice.opened ? page.choice.opened.name || page.words.choose.other : page.words.choose.title
    }
    Rectangle {
        id: privacy
        visible: page.kiosk.serves
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        height: Math.max(page.lies || Units.low ? 0 : Units.mm(Units.compact ? 54 : 74), said.height + Units.inset)
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
    Column {
        id: above
        visible: page.kiosk.serves
        anchors { top: parent.top; left: parent.left; right: parent.right }
        anchors.topMargin: Math.max(page.lies || Units.low ? 0 : Units.mm(Units.compact ? 116 : 180), privacy.y + privacy.height + Units.gap)
        spacing: Units.gap

        Row {  // how to narrow it down
            visible: page.choice.asksAudience
            spacing: Units.gap

            Repeater {
                model: [
                    { audience: "personal", text: page.words.choose.personal },
                    { audience: "company", text: page.words.choose.company }
                ]
                TouchButton {
                    required property var modelData
                    objectName: "audience-" + modelData.audience
                    readonly property bool chosen: page.choice.audience === modelData.audience
                    kind: chosen ? TouchButton.Chosen : TouchButton.Outline
                    text: (chosen ? "✓ " : "") + modelData.text
                    onClicked: page.kiosk.tap("audience", modelData.audience)
                }
            }
        }
        StyledText {
            visible: hot.visible && !Units.compact
            text: page.words.choose.often
            size: Theme.note
            color: Theme.inkSoft
        }
        Grid {
            id: hot
            visible: page.most > 0 && page.choice.services.length > 0
            columns: page.columns
            spacing: Units.gap

            Repeater {
                model: Math.min(page.most, page.choice.services.length)
                ServiceChoice {
                    required property int index
                    kiosk: page.kiosk
                    service: page.choice.services[index]
                    width: page.tileWidth
                    height: page.tileHeight
                }
            }
        }
        StyledText {
            visible: page.browses && !Units.compact
            text: page.words.choose.themes
            size: Theme.note
            color: Theme.inkSoft
        }
    }
    Grid {
        id: grid
        visible: page.kiosk.serves
        anchors { left: parent.left; right: parent.right; top: above.bottom; topMargin: above.height > 0 ? Units.gap : 0 }
        columns: page.columns
        spacing: Units.gap

        Repeater {
            model: page.browses ? 0 : Math.min(page.perPage, page.listed.length - page.first)
            ServiceChoice {
                required property int index
                kiosk: page.kiosk
                service: page.listed[page.first + index]
                width: page.tileWidth
                height: page.tileHeight
            }
        }
        Repeater {
            model: page.browses ? Math.min(page.perPage, page.listed.length - page.first) : 0
            ThemeTile {
                required property int index
                kiosk: page.kiosk
                theme: page.listed[page.first + index]
                width: page.tileWidth
                height: page.themeHeight
            }
        }
    }
    Row {
        id: turning
        anchors { bottom: parent.bottom; right: parent.right }
        height: Units.touch
        spacing: Units.gap
        visible: page.pageCount > 1

        StyledText {
            visible: page.spare - (arrive.visible ? arrive.width + Units.gap : 0) >= implicitWidth + Units.gap
            height: Units.touch
            text: page.words.choose.page.arg(page.first / page.perPage + 1).arg(page.pageCount)
            size: Theme.note
            color: Theme.inkSoft
        }
        TouchButton {
            id: previous
            objectName: "previousPage"
            width: Math.min(implicitWidth, page.share)
            lines: page.pageCount > 1 && Units.compact ? 2 : 1
            text: page.words.choose.previous_page
            enabled: page.pageIndex > 0
            onClicked: if (page.kiosk.tap("stay")) page.pageIndex -= 1
        }
        TouchButton {
            id: next
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
            id: back
            objectName: "back"
            width: Math.min(implicitWidth, page.share)
            lines: Units.compact ? 2 : 1
            text: page.choice.opened ? page.words.common.back : page.words.common.home
            onClicked: page.kiosk.tap(page.choice.opened ? "back" : "home")
        }
        TouchButton {
            id: search
            objectName: "search"
            visible: page.kiosk.serves
            width: Math.min(implicitWidth, page.share)
            lines: Units.compact ? 2 : 1
            text: page.words.search.tile
            onClicked: page.kiosk.tap("search")
        }
        TouchButton {
            id: arrive
            objectName: "arrive"
            visible: page.kiosk.serves && !page.choice.opened && (page.pageCount === 1 || page.spare >= width + Units.gap)  // else on the first page
            width: Math.min(implicitWidth, page.share)
            lines: Units.compact ? 2 : 1
            text: page.words.arrive.tile
            onClicked: page.kiosk.tap("arrive")
        }
    }
}
