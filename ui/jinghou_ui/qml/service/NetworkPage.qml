import QtQuick
import Jinghou

// The line to the server: whether it answers and how soon, whether the clocks agree, what still waits to be told.
Item {
    id: page

    required property var service

    readonly property var words: service.words
    readonly property var network: service.values

    Sheet {
        anchors { left: parent.left; right: parent.right; bottom: again.top; bottomMargin: Units.block }

        StyledText {
            visible: !page.network.known
            text: page.words.staff_network.asking
            size: Theme.label
        }
        Outcome {
            visible: page.network.known
            width: parent.width
            well: page.network.fault === ""
            verdict: well ? page.words.staff_network.answers.arg(page.network.took) : page.network.took < 0 ? page.words.staff_network.silent : page.words.staff_network.refused
            said: page.network.fault ?? ""
        }
        StyledText {
            objectName: "clockAhead"
            visible: page.network.known && page.network.fault === ""
            width: parent.width
            text: page.network.ahead === "" ? page.words.staff_network.no_clock : page.words.staff_network.clock.arg(page.network.ahead)
        }
        StyledText {
            objectName: "boxWaiting"
            visible: page.network.known
            width: parent.width
            text: page.network.box ? page.words.staff_network.box.arg(page.network.waiting).arg(page.network.services)
                                   : page.words.staff_network.no_box
        }
    }
    TouchButton {
        id: again
        objectName: "try"
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        kind: TouchButton.Primary
        enabled: page.network.known
        text: page.words.staff_network.again
        onClicked: page.service.tap("try")
    }
}
