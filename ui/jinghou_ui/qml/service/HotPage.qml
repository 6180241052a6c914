import QtQuick
import Jinghou

// What stands first on the first page: a service is chosen by one tap, then pinned, moved or taken away by another.
Item {
    id: page

    required property var service

    readonly property var words: service.words
    readonly property var hot: service.values
    readonly property var services: hot.services ?? []
    readonly property bool wide: width > 1.3 * height
    readonly property int columns: wide ? 4 : 2
    readonly property int perPage: wide || Units.compact ? 8 : 14
    readonly property int pageCount: Math.max(1, Math.ceil(services.length / perPage))
    property int pageIndex: 0
    readonly property int start: Math.min(pageIndex, pageCount - 1) * perPage

    readonly property var moves: [
        { what: "pin", argument: "", can: hot.canPin, text: hot.pinned ? words.staff_hot.unpin : words.staff_hot.pin },
        { what: "step", argument: "-1", can: hot.canForward, text: words.staff_hot.forward },
        { what: "step", argument: "1", can: hot.canBack, text: words.staff_hot.backward },
        { what: "as_set", argument: "", can: hot.canReset, text: words.staff_hot.reset }
    ]

    Sheet {
        anchors { left: parent.left; right: parent.right; bottom: choices.top; bottomMargin: Units.gap }
        spacing: Units.mm(2)

        StyledText {
            objectName: "hotSource"
            width: parent.width
            text: ({ here: page.words.staff_hot.here, as_set: page.words.staff_hot.as_set, by_use: page.words.staff_hot.by_use })[page.hot.source] ?? ""
            size: Theme.note
            color: Theme.inkSoft
        }
        StyledText {
            objectName: "hotFirst"
            visible: text !== ""
            width: parent.width
            text: (page.hot.first ?? []).map((name, place) => (place + 1) + " " + name).join("   ")
            size: Theme.note
        }
        StyledText {
            objectName: "hotChosen"
            visible: page.hot.chosen !== ""
            width: parent.width
            text: page.words.staff_hot.chosen.arg(page.hot.chosen)
            font.weight: Font.Bold
        }
    }
    Grid {
        id: choices
        anchors { left: parent.left; right: parent.right; bottom: turning.visible ? turning.top : doing.top; bottomMargin: Units.gap }
        columns: page.columns
        spacing: Units.gap

        Repeater {
            model: Math.min(page.perPage, page.services.length - page.start)
            TouchButton {
                required property int index
                readonly property var offered: page.services[page.start + index]
                objectName: "service-" + offered.id
                width: (page.width - (page.columns - 1) * Units.gap) / page.columns
                lines: 2
                kind: offered.chosen ? TouchButton.Chosen : TouchButton.Outline
                text: (offered.place > 0 ? offered.place + "  " : "") + offered.name
                onClicked: page.service.tap("service", offered.id)
            }
        }
    }
    Row {
        id: turning
        visible: page.pageCount > 1
        anchors { right: parent.right; bottom: doing.top; bottomMargin: Units.gap }
        height: Units.touch
        spacing: Units.gap

        StyledText {
            height: Units.touch
            text: page.words.choose.page.arg(page.start / page.perPage + 1).arg(page.pageCount)
            size: Theme.note
            color: Theme.inkSoft
        }
        TouchButton {
            objectName: "previousPage"
            text: page.words.choose.previous_page
            enabled: page.pageIndex > 0
            onClicked: {
                page.service.tap("stay");
                page.pageIndex -= 1;
            }
        }
        TouchButton {
            objectName: "nextPage"
            text: page.words.choose.next_page
            enabled: page.pageIndex < page.pageCount - 1
            onClicked: {
                page.service.tap("stay");
                page.pageIndex += 1;
            }
        }
    }
    Row {
        id: doing
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        spacing: Units.gap

        Repeater {
            model: page.moves.length
            TouchButton {
                required property int index
                readonly property var move: page.moves[index]
                objectName: move.what + move.argument
                width: (page.width - 3 * Units.gap) / 4
                lines: 2
                enabled: move.can ?? false
                text: move.text
                onClicked: page.service.tap(move.what, move.argument)
            }
        }
    }
}
