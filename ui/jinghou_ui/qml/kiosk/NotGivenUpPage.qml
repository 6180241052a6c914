import Jinghou

// Nobody knows whether the booking was given up.
Saying {
    title: kiosk.words.my_booking.lost
    note: kiosk.words.my_booking.lost_how
    choices: [
        { name: "retry", tap: "retry", text: kiosk.words.trouble.retry },
        { name: "home", tap: "home", text: kiosk.words.common.home }
    ]
}
