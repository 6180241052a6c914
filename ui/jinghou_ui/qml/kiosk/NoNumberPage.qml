import Jinghou

// Somebody asked for the own number, or to give it back, and it did not work: why, what is safe, what to do now.
Saying {
    id: page

    readonly property var words: kiosk.words
    readonly property string fault: kiosk.visit.fault
    readonly property var sayings: ({
        server_lost: [words.no_number.server_lost, words.no_number.server_lost_how],
        not_checked_in: [words.no_number.not_checked_in, words.no_number.not_checked_in_how],
        unknown: [words.no_number.unknown, words.no_number.unknown_how],
        gone: [words.no_number.gone, words.no_number.gone_how],
        not_given_back: [words.give_back.lost, words.give_back.lost_how]
    })[fault] ?? ["", ""]
    readonly property var home: ({ name: "home", tap: "home", text: words.common.home })
    readonly property var again: ({ name: "back", tap: "back", text: words.not_arrived.again })
    readonly property var walkIn: kiosk.serves ? [{ name: "start", tap: "start", text: words.not_arrived.walk_in }] : []

    title: sayings[0]
    strong: kiosk.visit.date ? words.not_arrived.booked.arg(kiosk.visit.date).arg(kiosk.visit.time) : ""
    note: sayings[1]
    choices: fault === "not_checked_in" ? [{ name: "checkIn", tap: "check_in", text: words.type_code.confirm },
                                           { name: "bookings", tap: "bookings", text: words.my_booking.change }, home]
             : fault === "unknown" ? [again, home, ...walkIn]
             : fault === "gone" ? [...walkIn, again, home]
             : [{ name: "retry", tap: "retry", text: words.trouble.retry }, home]
}
