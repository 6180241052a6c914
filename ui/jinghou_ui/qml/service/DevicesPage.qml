import QtQuick
import Jinghou

// All devices of the kiosk, and how they are now.
Item {
    id: page

    required property var service

    readonly property var devices: service.values.devices ?? []
    readonly property int columns: width > 1.3 * height ? 3 : Units.compact && devices.length > 6 ? 2 : 1

    DeviceWords { id: names; words: page.service.words }

    StyledText {
        visible: page.devices.length === 0
        width: parent.width
        text: page.service.words.staff.no_devices
    }
    Grid {
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        columns: page.columns
        spacing: Units.gap

        Repeater {
            model: page.devices.length
            ServiceTile {
                required property int index
                readonly property var device: page.devices[index]
                objectName: "device-" + device.kind
                width: (page.width - (page.columns - 1) * parent.spacing) / page.columns
                height: Units.mm(Units.compact ? 40 : 50)
                title: names.kinds[device.kind]
                note: names.links[device.link] + (device.reason ? " · " + device.reason : "")
                noteLines: 1
                onClicked: page.service.tap("device", device.kind)
            }
        }
    }
}
