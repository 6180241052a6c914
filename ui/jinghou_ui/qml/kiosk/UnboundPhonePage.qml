import Jinghou

// The phone is not told: why, what is safe, what to do now.
Saying {
    readonly property var words: kiosk.words
    readonly property string fault: kiosk.visit.fault
    readonly property var back: ({ name: "back", tap: "back", text: words.tell_phone.back })

    title: words.tell_phone.server_lost
    note: ({
        server_lost: words.tell_phone.server_lost_how,
        too_often: words.tell_phone.too_often_how
    })[fault] ?? words.tell_phone.refused_how
    choices: fault === "server_lost" ? [back, { name: "retry", tap: "retry", text: words.trouble.retry }] : [back]
}
