import Jinghou

// No place: why, what is safe, what to do now.
Saying {
    readonly property var words: kiosk.words
    readonly property string fault: kiosk.visit.fault
    readonly property var sayings: ({
        server_lost: [words.not_booked.server_lost, words.not_booked.server_lost_how],
        taken: [words.not_booked.taken, words.not_booked.taken_how],
        booked_already: [words.not_booked.booked_already, words.not_booked.booked_already_how],
        too_many: [words.not_booked.too_many, words.not_booked.too_many_how],
        paused: [words.not_booked.paused, words.not_booked.paused_how],
        unknown: [words.not_booked.gone, words.not_booked.gone_how],
        gone: [words.not_booked.gone, words.not_booked.gone_how]
    })[fault] ?? [words.not_booked.refused, words.not_booked.refused_how]
    readonly property var home: ({ name: "home", tap: "home", text: words.common.home })
    readonly property var mine: ({ name: "bookings", tap: "bookings", text: words.not_booked.mine })
    readonly property var back: ({
        name: "back",
        tap: "back",
        text: kiosk.visit.moving ? words.common.back : words.not_booked.number
    })

    title: sayings[0]
    strong: kiosk.visit.service.name + (kiosk.visit.date ? "\n" + kiosk.visit.date + "  " + kiosk.visit.time : "")
    note: sayings[1]
    choices: fault === "server_lost" ? [{ name: "retry", tap: "retry", text: words.trouble.retry }, home]
             : fault === "booked_already" || fault === "too_many" ? [mine, back, home] : [back, home]
}
