import QtQuick
import Jinghou

// A service to choose: how many people wait for it, or whether there is a number of it while the server is away.
ServiceTile {
    required property var kiosk
    required property var service

    readonly property var words: kiosk.words

    objectName: "service-" + service.id
    enabled: service.offered
    title: service.name
    note: kiosk.online ? (service.waiting > 0 ? words.service.waiting.arg(service.waiting) : words.service.nobody)
                       : service.offered ? words.offline.at_hand : words.offline.none_at_hand
    badge: service.needsCard && !kiosk.visit.holder ? words.service.needs_card : ""
    onClicked: kiosk.tap("service", service.id)
}
