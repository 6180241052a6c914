import Jinghou

// Check before you commit: give up the booking?
Saying {
    title: kiosk.words.my_booking.ask
    strong: kiosk.visit.service.name + "\n" + kiosk.visit.date + "  " + kiosk.visit.time
    note: kiosk.words.my_booking.ask_note
    choices: [
        { name: "back", tap: "back", text: kiosk.words.my_booking.no },
        { name: "confirm", tap: "confirm", text: kiosk.words.my_booking.yes }
    ]
}
