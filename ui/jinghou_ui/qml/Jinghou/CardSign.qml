import QtQuick

// "ID card" where there is no room for the words.
Rectangle {
    width: Units.mm(14)
    height: Units.mm(9)
    radius: Units.mm(1.5)
    color: "transparent"
    border.width: Units.mm(0.8)
    border.color: Theme.accent
    antialiasing: true

    Rectangle {
        anchors { right: parent.right; rightMargin: Units.mm(2.4); verticalCenter: parent.verticalCenter }
        width: Units.mm(3.4)
        height: Units.mm(4.4)
        radius: Units.mm(0.8)
        color: Theme.accent
        antialiasing: true
    }
}
