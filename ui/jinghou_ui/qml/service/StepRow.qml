import QtQuick
import Jinghou

// Four buttons that go ten or one down, and one or ten up.
Row {
    id: row

    required property var service

    spacing: Units.gap

    Repeater {
        model: [-10, -1, 1, 10]
        TouchButton {
            required property int modelData
            objectName: "step" + modelData
            width: (row.width - 3 * Units.gap) / 4
            kind: TouchButton.Key
            text: (modelData > 0 ? "+" : "−") + Math.abs(modelData)
            onClicked: row.service.tap("step", modelData)
        }
    }
}
