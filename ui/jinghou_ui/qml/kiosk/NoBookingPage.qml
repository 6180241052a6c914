import Jinghou

// Nothing booked was found, or nobody could say.
Saying {
    readonly property bool lost: kiosk.visit.fault === "server_lost"
    readonly property var home: ({ name: "home", tap: "home", text: kiosk.words.common.home })

    title: lost ? kiosk.words.my_booking.none_lost : kiosk.words.my_booking.none
    note: lost ? kiosk.words.my_booking.none_lost_how : kiosk.words.my_booking.none_how
    choices: lost ? [{ name: "retry", tap: "retry", text: kiosk.words.trouble.retry }, home] : [home]
}
