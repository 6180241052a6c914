import Jinghou

// The place is nobody's any more.
Saying {
    title: kiosk.words.my_booking.done
    strong: kiosk.visit.service.name + "\n" + kiosk.visit.date + "  " + kiosk.visit.time
    note: kiosk.words.my_booking.done_how
    choices: [{
        name: "home",
        tap: "home",
        text: kiosk.secondsLeft > 0 ? kiosk.words.ticket.done_in.arg(kiosk.secondsLeft) : kiosk.words.ticket.done
    }]
}
