import QtQuick

// A telephone that shows a code.
Item {
    id: picture

    implicitWidth: Units.mm(84)
    implicitHeight: Units.mm(84)

    Rectangle {
        anchors.centerIn: parent
        width: Units.mm(Math.round(picture.height / Units.pxPerMm * 0.6))
        height: picture.height
        radius: Units.mm(6)
        color: "#F6F4EF"
        border.width: Units.line
        border.color: Theme.line
        antialiasing: true

        Grid {
            id: code
            readonly property real module: Math.floor(parent.width * 0.66 / 7)
            anchors.centerIn: parent
            columns: 7

            Repeater {
                model: "1110111101010111101110001001100111110101011110111"
                Rectangle {
                    required property string modelData
                    width: code.module
                    height: code.module
                    color: modelData === "1" ? "#2E5D6C" : "transparent"
                }
            }
        }
    }
}
