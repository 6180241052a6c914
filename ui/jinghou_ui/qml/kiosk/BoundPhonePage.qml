import Jinghou

// The phone is told: whose it is, and a way to change a wrong one.
Saying {
    title: kiosk.words.tell_phone.bound.arg(kiosk.visit.phone)
    note: kiosk.visit.relative ? kiosk.words.tell_phone.bound_relative : kiosk.words.tell_phone.bound_own
    choices: [
        { name: "back", tap: "back", text: kiosk.words.tell_phone.back },
        { name: "bindPhone", tap: "bind_phone", text: kiosk.words.tell_phone.change }
    ]
}
