import QtQuick
import Jinghou

// What can be done here by whoever came in: the technician, the manager, or one person for both.
Item {
    id: page

    required property var service

    readonly property var words: service.words
    readonly property int columns: width > 1.3 * height ? 4 : 2
    readonly property real tileHeight: Units.mm(Units.compact ? 40 : 60)
    readonly property real tileWidth: (width - (columns - 1) * Units.gap) / columns

    Grid {
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        columns: page.columns
        spacing: Units.gap

        Repeater {
            model: [
                { way: "devices", title: page.words.staff.devices, note: page.words.staff.devices_how },
                { way: "network", title: page.words.staff.network, note: page.words.staff.network_how },
                { way: "ruler", title: page.words.staff.ruler, note: page.words.staff.ruler_how },
                { way: "touch", title: page.words.staff.touch, note: page.words.staff.touch_how },
                { way: "logs", title: page.words.staff.logs, note: page.words.staff.logs_how },
                { way: "ticket", title: page.words.staff.ticket, note: page.words.staff.ticket_how },
                { way: "hot", title: page.words.staff.hot, note: page.words.staff.hot_how },
                { way: "figures", title: page.words.staff.figures, note: page.words.staff.figures_how },
                { way: "enrol", title: page.words.staff.enrol, note: page.words.staff.enrol_how }
            ].filter(entry => (page.service.values.ways ?? []).includes(entry.way))
            ServiceTile {
                required property var modelData
                objectName: "way-" + modelData.way
                width: page.tileWidth
                height: page.tileHeight
                title: modelData.title
                note: modelData.note
                onClicked: page.service.tap("way", modelData.way)
            }
        }
        ServiceTile {
            objectName: "switch"
            visible: page.service.values.switches ?? false
            width: page.tileWidth
            height: page.tileHeight
            title: page.service.outOfService ? page.words.staff.out : page.words.staff.serving
            marked: page.service.outOfService
            note: page.service.outOfService ? page.words.staff.out_how : page.words.staff.serving_how
            onClicked: page.service.tap("switch")
        }
    }
}
