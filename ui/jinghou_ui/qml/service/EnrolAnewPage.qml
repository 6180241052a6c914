import QtQuick
import Jinghou
import "../enrol"

// Enrolling this machine anew; not where its token stands in the settings, which go first.
Item {
    id: page

    required property var service

    readonly property bool can: service.values.page !== undefined

    Sheet {
        visible: !page.can
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }

        StyledText {
            objectName: "enrolInSettings"
            width: parent.width
            text: page.service.words.enrol.in_settings
        }
    }
    Loader {
        anchors.fill: parent
        active: page.can
        sourceComponent: Component { EnrolPage { host: page.service; note: page.service.words.enrol.tell_first } }
    }
}
