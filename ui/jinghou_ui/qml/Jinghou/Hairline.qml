import QtQuick

Rectangle {
    height: Units.line
    color: Theme.line
}
