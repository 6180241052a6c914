import QtQuick
import Jinghou

// Everything of the staff: where this is, the page, the way back and out. Covers the whole glass.
Rectangle {
    id: view

    required property var service

    readonly property bool whole: service.page === "touch"  // a page that needs the whole glass
    readonly property var words: service.words
    readonly property var pages: ({
        pin: pinPad,
        menu: menuPage,
        devices: devicesPage,
        device: devicePage,
        replace: replacePage,
        network: networkPage,
        ruler: rulerPage,
        logs: logsPage,
        ticket: ticketPage,
        hot: hotPage,
        figures: figuresPage,
        enrol: enrolPage
    })

    color: Theme.paper

    MouseArea { anchors.fill: parent }

    Column {
        id: head
        visible: !view.whole
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Units.page }
        spacing: Units.mm(2)

        StyledText {
            objectName: "serviceTitle"
            width: parent.width
            text: ({
                pin: view.words.staff.pin, menu: view.words.staff.title, devices: view.words.staff.devices,
                device: view.words.staff.devices, replace: view.words.staff_replace.title, network: view.words.staff.network,
                ruler: view.words.staff.ruler, logs: view.words.staff.logs, ticket: view.words.staff.ticket,
                hot: view.words.staff.hot, figures: view.words.staff.figures, enrol: view.words.staff.enrol
            })[view.service.page] ?? ""
            size: Theme.title
            font.weight: Font.Bold
            leading: 1.3
        }
        StyledText {
            width: parent.width
            text: view.service.place + " · " + view.service.version
            size: Theme.note
            color: Theme.inkSoft
            wrapMode: Text.NoWrap
            elide: Text.ElideRight
        }
    }
    Loader {
        objectName: "servicePage"
        anchors { left: parent.left; right: parent.right; top: head.bottom; bottom: foot.top }
        anchors { leftMargin: Units.page; rightMargin: Units.page; topMargin: Units.gap; bottomMargin: Units.block }
        sourceComponent: view.pages[view.service.page] ?? null
    }
    Item {
        id: foot
        visible: !view.whole
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; margins: Units.page }
        height: Units.touch

        Row {
            spacing: Units.gap
            TouchButton {
                objectName: "serviceBack"
                visible: view.service.page !== "menu"
                text: view.words.staff.back
                onClicked: view.service.tap("back")
            }
            TouchButton {
                objectName: "serviceLeave"
                visible: view.service.page !== "pin"
                kind: view.service.page === "menu" ? TouchButton.Chosen : TouchButton.Outline
                text: view.words.staff.leave
                onClicked: view.service.tap("leave")
            }
            TouchButton {
                objectName: "serviceLanguage"
                text: view.words.staff.language
                onClicked: view.service.tap("language")
            }
        }
        StyledText {
            anchors { right: parent.right; verticalCenter: parent.verticalCenter }
            text: view.words.staff.ends_in.arg(view.service.secondsLeft)
            size: Theme.note
            color: Theme.inkSoft
        }
    }
    Loader {
        anchors.fill: parent
        active: view.whole
        sourceComponent: Component { TouchGridPage { service: view.service } }
    }

    Component { id: pinPad; PinPad { service: view.service } }
    Component { id: menuPage; MenuPage { service: view.service } }
    Component { id: devicesPage; DevicesPage { service: view.service } }
    Component { id: devicePage; DevicePage { service: view.service } }
    Component { id: replacePage; ReplacePage { service: view.service } }
    Component { id: networkPage; NetworkPage { service: view.service } }
    Component { id: rulerPage; RulerPage { service: view.service } }
    Component { id: logsPage; LogsPage { service: view.service } }
    Component { id: ticketPage; TicketPreview { service: view.service } }
    Component { id: hotPage; HotPage { service: view.service } }
    Component { id: enrolPage; EnrolAnewPage { service: view.service } }
    Component { id: figuresPage; FiguresPage { service: view.service } }
}
