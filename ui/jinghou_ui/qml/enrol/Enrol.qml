import QtQuick
import QtQuick.Window
import Jinghou

// The window of a machine that is no terminal yet, kiosk or board: a technician enrols it here.
Window {
    id: root

    required property var enrol
    required property real pxPerMm

    title: enrol.words.enrol.title
    color: Theme.paper

    Binding { target: Units; property: "pxPerMm"; value: root.pxPerMm }
    Binding { target: Units; property: "compact"; value: root.height < 600 * root.pxPerMm }
    Binding { target: Units; property: "wide"; value: root.width > root.height }
    Binding { target: Theme; property: "latin"; value: root.enrol.latin }

    StyledText {
        id: title
        objectName: "enrolTitle"
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Units.page }
        text: root.enrol.words.enrol.title
        size: Theme.title
        font.weight: Font.Bold
    }
    EnrolPage {
        anchors { left: parent.left; right: parent.right; top: title.bottom; bottom: foot.top }
        anchors { leftMargin: Units.page; rightMargin: Units.page; topMargin: Units.gap; bottomMargin: Units.block }
        host: root.enrol
    }
    Row {
        id: foot
        anchors { left: parent.left; bottom: parent.bottom; margins: Units.page }
        spacing: Units.gap
        height: Units.touch

        TouchButton {
            objectName: "enrolBack"
            visible: root.enrol.values.canGoBack
            text: root.enrol.words.enrol.back
            onClicked: root.enrol.tap("back")
        }
        TouchButton {
            objectName: "enrolLanguage"
            text: root.enrol.words.enrol.language
            onClicked: root.enrol.tap("language")
        }
    }
}
