import QtQuick
import Jinghou

// A code on white paper, as large as there is room for without a seam between its modules.
Rectangle {
    id: paper

    required property var kiosk

    height: width
    radius: Units.mm(4)
    color: "white"

    Image {
        readonly property int room: paper.width - 2 * Units.mm(4)
        objectName: "qr"
        anchors.centerIn: parent
        source: paper.kiosk.qrCode
        cache: false  // or the next person's kiosk still holds this one's secret
        smooth: false
        width: implicitWidth * Math.max(1, Math.floor(room / Math.max(1, implicitWidth)))
        height: width
    }
}
