import Jinghou

// Check before you commit: this service, on this day, at this time?
Saying {
    title: kiosk.visit.moving ? kiosk.words.book.check_move : kiosk.words.book.check
    strong: kiosk.visit.service.name + "\n" + kiosk.visit.date + "  " + kiosk.visit.time
    note: kiosk.words.book.on_time
    choices: [
        { name: "confirm", tap: "confirm", text: kiosk.visit.moving ? kiosk.words.book.yes_move : kiosk.words.book.yes },
        { name: "back", tap: "back", text: kiosk.words.book.other_time },
        { name: "home", tap: "home", text: kiosk.words.common.home }
    ]
}
