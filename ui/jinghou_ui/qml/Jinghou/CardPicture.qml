import QtQuick

// An ID card over its reader's field.
Item {
    id: picture

    implicitWidth: Units.mm(106)
    implicitHeight: Units.mm(106)

    Repeater {
        model: 3
        Rectangle {
            required property int index
            readonly property real side: picture.width * (0.6 + 0.2 * index)
            anchors.centerIn: parent
            width: side
            height: side
            radius: side / 2
            color: "transparent"
            border.width: Math.max(1, Units.mm(0.5))
            border.color: Theme.accentInk
            opacity: 0.42 - 0.12 * index
            antialiasing: true
        }
    }
    Rectangle {
        anchors.centerIn: parent
        width: Units.mm(62)
        height: Units.mm(40)
        radius: Units.mm(4)
        rotation: -8
        color: "#F6F4EF"
        border.width: Units.line
        border.color: Theme.line
        antialiasing: true

        Repeater {
            model: [0.5, 0.36, 0.5]
            Rectangle {
                required property int index
                required property real modelData
                x: Units.mm(6)
                y: Units.mm(8 + 8 * index)
                width: parent.width * modelData
                height: Units.mm(3.2)
                radius: height / 2
                color: "#C9D6D9"
                antialiasing: true
            }
        }
        Rectangle {
            anchors { right: parent.right; rightMargin: Units.mm(6); verticalCenter: parent.verticalCenter }
            width: Units.mm(15)
            height: Units.mm(20)
            radius: Units.mm(2)
            color: "#C9D6D9"
            antialiasing: true
        }
    }
}
