import Jinghou

// Check before you commit: give the place in the queue back?
Saying {
    title: kiosk.words.give_back.title.arg(kiosk.visit.number)
    strong: kiosk.visit.service.name
    note: kiosk.words.give_back.note
    choices: [
        { name: "back", tap: "back", text: kiosk.words.give_back.no },
        { name: "confirm", tap: "confirm", text: kiosk.words.give_back.yes }
    ]
}
