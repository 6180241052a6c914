import QtQuick
import Jinghou

// Chinese first, English beside it.
Item {
    id: pair

    property string zh
    property string en
    property real size

    implicitHeight: both.height

    Row {
        id: both
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: Units.mm(pair.size * 0.5)
        StyledText {
            id: first
            text: pair.zh
            size: pair.size
            leading: 1.2
        }
        StyledText {
            anchors.baseline: first.baseline
            text: pair.en
            size: pair.size * 0.7
            leading: 1.2
            color: Theme.inkSoft
        }
    }
}
