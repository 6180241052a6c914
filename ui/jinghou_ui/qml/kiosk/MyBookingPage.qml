import Jinghou

// What somebody has booked, and what can be done with it.
Saying {
    readonly property var visit: kiosk.visit
    readonly property var words: kiosk.words
    readonly property var another: visit.count > 1
        ? [{ name: "nextNumber", tap: "next_number", text: words.my_booking.another.arg(visit.place).arg(visit.count) }] : []

    title: words.my_booking.title
    strong: visit.service.name + "\n" + visit.date + "  " + visit.time
    note: words.book.code + "  " + visit.code + "\n" + words.book.check_in.arg(visit.checkInFrom)
    choices: [
        { name: "home", tap: "home", text: words.ticket.done },
        { name: "move", tap: "move", text: words.my_booking.move },
        ...another,
        { name: "giveBack", tap: "give_back", text: words.my_booking.give_up }
    ]
}
