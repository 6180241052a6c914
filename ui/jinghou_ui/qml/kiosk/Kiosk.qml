import QtQuick
import QtQuick.Window
import Jinghou
import "../service"

// The kiosk's window: header, the page of the current state, foot. It decides nothing.
Window {
    id: root

    required property var kiosk
    required property real pxPerMm
    property var service: null  // none where the staff have no PIN

    readonly property bool staffed: kiosk.page === "staff"

    readonly property var pages: ({
        home: ({ hall: homePage, branch: branchHome, community: communityHome })[kiosk.layout],
        choose_service: choosePage,
        search: searchPage,
        ask_card: askCardPage,
        confirm: confirmPage,
        taking: workingPage,
        arrive: arrivePage,
        type_code: typeCodePage,
        arriving: workingPage,
        not_arrived: notArrivedPage,
        finding: workingPage,
        my_number: myNumberPage,
        no_number: noNumberPage,
        not_given_back: noNumberPage,
        ask_give_back: giveBackPage,
        giving_back: workingPage,
        given_back: givenBackPage,
        card_left: cardLeftPage,
        printing: ticketPage,
        done: ticketPage,
        finding_slots: workingPage,
        choose_day: chooseDayPage,
        choose_time: chooseTimePage,
        confirm_booking: confirmBookingPage,
        booking_place: workingPage,
        not_booked: notBookedPage,
        printing_booking: bookedPage,
        booked: bookedPage,
        finding_bookings: workingPage,
        my_booking: myBookingPage,
        no_booking: noBookingPage,
        ask_give_up: askGiveUpPage,
        giving_up: workingPage,
        not_given_up: notGivenUpPage,
        given_up: givenUpPage,
        phone_code: phoneCodePage,
        type_phone: typePhonePage,
        binding_phone: workingPage,
        bound_phone: boundPhonePage,
        unbound_phone: unboundPhonePage,
        trouble: troublePage,
        out_of_service: outOfServicePage
    })

    title: kiosk.hallName
    color: Theme.paper

    Binding { target: Units; property: "pxPerMm"; value: root.pxPerMm }
    readonly property bool tall: Math.min(root.height, Units.highest) >= 600 * root.pxPerMm
    readonly property real side: Math.max(0, (root.width - Units.widest) / 2)  // what a large glass has too much
    readonly property real above: Math.max(0, root.height - (root.tall && root.kiosk.lowered ? root.reach : Units.highest))
    readonly property real reach: Math.round(476 * root.pxPerMm)  // of somebody who sits, from the glass's lower edge

    Binding { target: Units; property: "compact"; value: !root.tall || root.kiosk.lowered }
    Binding { target: Units; property: "wide"; value: root.width > root.height }
    Binding { target: Units; property: "low"; value: root.height < 330 * root.pxPerMm }
    Binding { target: Units; property: "large"; value: root.kiosk.large }
    LayoutMirroring.enabled: root.kiosk.rightToLeft
    LayoutMirroring.childrenInherit: true

    Binding { target: Theme; property: "accents"; value: root.kiosk.accents }
    Binding { target: Theme; property: "latin"; value: root.staffed && root.service ? root.service.latin : root.kiosk.latin }
    Binding { target: Theme; property: "contrast"; value: root.kiosk.contrast }

    Header {
        id: header
        anchors { left: parent.left; right: parent.right; top: parent.top; topMargin: Units.page + root.above }
        anchors { leftMargin: Units.page + root.side; rightMargin: Units.page + root.side }
        visible: !root.staffed
        kiosk: root.kiosk
    }

    Loader {
        objectName: "page"
        anchors { left: parent.left; right: parent.right; top: header.bottom; bottom: foot.top }
        anchors { leftMargin: header.anchors.leftMargin; rightMargin: header.anchors.rightMargin }
        anchors { topMargin: Units.block; bottomMargin: Units.gap }
        sourceComponent: root.pages[root.kiosk.page] ?? null
    }

    Foot {
        id: foot
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Units.page }
        anchors { leftMargin: header.anchors.leftMargin; rightMargin: header.anchors.rightMargin }
        visible: !root.staffed
        kiosk: root.kiosk
        canLower: root.tall
    }

    StaffNotice {
        anchors.fill: parent
        kiosk: root.kiosk
        visible: root.kiosk.tellingStaff
    }

    PresenceQuestion {
        anchors.fill: parent
        kiosk: root.kiosk
        visible: root.kiosk.askingPresence
    }

    StaffCorner {
        anchors { left: header.left; verticalCenter: header.verticalCenter }
        service: root.service
    }

    Loader {
        anchors.fill: parent
        active: root.service !== null && root.service.open
        sourceComponent: Component { ServiceView { service: root.service } }
    }

    Component { id: homePage; HomePage { kiosk: root.kiosk } }
    Component { id: branchHome; BranchHome { kiosk: root.kiosk } }
    Component { id: communityHome; CommunityHome { kiosk: root.kiosk } }
    Component { id: choosePage; ChoosePage { kiosk: root.kiosk } }
    Component { id: searchPage; SearchPage { kiosk: root.kiosk } }
    Component { id: askCardPage; AskCardPage { kiosk: root.kiosk } }
    Component { id: confirmPage; ConfirmPage { kiosk: root.kiosk } }
    Component { id: workingPage; WorkingPage { kiosk: root.kiosk } }
    Component { id: arrivePage; ArrivePage { kiosk: root.kiosk } }
    Component { id: typeCodePage; TypeCodePage { kiosk: root.kiosk } }
    Component { id: notArrivedPage; NotArrivedPage { kiosk: root.kiosk } }
    Component { id: myNumberPage; MyNumberPage { kiosk: root.kiosk } }
    Component { id: noNumberPage; NoNumberPage { kiosk: root.kiosk } }
    Component { id: giveBackPage; GiveBackPage { kiosk: root.kiosk } }
    Component { id: givenBackPage; GivenBackPage { kiosk: root.kiosk } }
    Component { id: cardLeftPage; CardLeftPage { kiosk: root.kiosk } }
    Component { id: ticketPage; TicketPage { kiosk: root.kiosk } }
    Component { id: chooseDayPage; ChooseDayPage { kiosk: root.kiosk } }
    Component { id: chooseTimePage; ChooseTimePage { kiosk: root.kiosk } }
    Component { id: confirmBookingPage; ConfirmBookingPage { kiosk: root.kiosk } }
    Component { id: notBookedPage; NotBookedPage { kiosk: root.kiosk } }
    Component { id: bookedPage; BookedPage { kiosk: root.kiosk } }
    Component { id: myBookingPage; MyBookingPage { kiosk: root.kiosk } }
    Component { id: noBookingPage; NoBookingPage { kiosk: root.kiosk } }
    Component { id: askGiveUpPage; AskGiveUpPage { kiosk: root.kiosk } }
    Component { id: notGivenUpPage; NotGivenUpPage { kiosk: root.kiosk } }
    Component { id: givenUpPage; GivenUpPage { kiosk: root.kiosk } }
    Component { id: phoneCodePage; PhoneCodePage { kiosk: root.kiosk } }
    Component { id: typePhonePage; TypePhonePage { kiosk: root.kiosk } }
    Component { id: boundPhonePage; BoundPhonePage { kiosk: root.kiosk } }
    Component { id: unboundPhonePage; UnboundPhonePage { kiosk: root.kiosk } }
    Component { id: troublePage; TroublePage { kiosk: root.kiosk } }
    Component { id: outOfServicePage; OutOfServicePage { kiosk: root.kiosk } }
}
