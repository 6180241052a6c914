import QtQuick

// Ten digits and a key that takes the last one back, for fingers.
Grid {
    id: keys

    property real keyHeight: Units.touch
    property string deleteText
    signal digit(string which)
    signal takeBack()

    columns: 3
    spacing: Units.gap
    LayoutMirroring.enabled: false  // digits stand the same way round in every language

    Repeater {
        model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "delete"]
        Item {
            id: place
            required property string modelData
            width: (keys.width - 2 * Units.gap) / 3
            height: keys.keyHeight

            TouchButton {
                objectName: "key-" + place.modelData
                anchors.fill: parent
                visible: place.modelData !== ""
                text: place.modelData === "delete" ? keys.deleteText : place.modelData
                kind: TouchButton.Key
                onClicked: place.modelData === "delete" ? keys.takeBack() : keys.digit(place.modelData)
            }
        }
    }
}
