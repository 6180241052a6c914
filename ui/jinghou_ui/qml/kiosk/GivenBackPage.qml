import Jinghou

// The number is nobody's any more.
Saying {
    title: kiosk.words.give_back.done.arg(kiosk.visit.number)
    note: kiosk.words.give_back.done_how
    choices: [{
        name: "home",
        tap: "home",
        text: kiosk.secondsLeft > 0 ? kiosk.words.ticket.done_in.arg(kiosk.secondsLeft) : kiosk.words.ticket.done
    }]
}
