import QtQuick
import Jinghou

// The way in for staff: the ring of the header, which shows nothing of it and answers a rhythm of taps.
Item {
    id: corner

    required property var service

    objectName: "staffCorner"
    width: Units.mm(20)
    height: width
    visible: corner.service !== null

    TapHandler {
        gesturePolicy: TapHandler.ReleaseWithinBounds
        onTapped: corner.service.corner()
    }
}
