import QtQuick

// A sheet that things lie on.
Rectangle {
    color: Theme.surface
    radius: Units.radius
    border.color: Theme.line
    border.width: Units.line
}
