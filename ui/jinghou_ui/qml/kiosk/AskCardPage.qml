import QtQuick
import Jinghou

// This service needs a card.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property var visit: kiosk.visit

    Headline {
        id: headline
        above: page.visit.service.name
        text: page.kiosk.readerReady ? page.words.ask_card.title : page.words.home.reader_down
    }
    StyledText {
        objectName: "askCardHint"
        id: hint
        visible: page.kiosk.readerReady
        anchors { top: headline.bottom; topMargin: Units.mm(6); left: parent.left; right: parent.right }
        text: page.visit.unreadable ? page.words.ask_card.unreadable
              : page.visit.toBook ? page.words.book.ask_card : page.words.ask_card.why.arg(page.visit.service.name)
        size: Theme.label
        font.weight: page.visit.unreadable ? Font.Bold : Font.Normal
        color: page.visit.unreadable ? Theme.call : Theme.inkSoft
    }
    Surface {
        visible: !page.kiosk.readerReady
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        height: note.height + 2 * Units.inset
        StyledText {
            id: note
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Units.inset }
            text: page.visit.toBook ? page.words.book.reader_down : page.words.ask_card.reader_down
            size: Theme.title
            font.weight: Font.Bold
        }
    }
    Rectangle {
        visible: page.kiosk.readerReady
        anchors { top: hint.bottom; topMargin: Units.block * 1.5; left: parent.left; right: parent.right }
        height: Units.mm(Units.compact ? 150 : 240)
        radius: Units.radius
        color: Theme.accent

        CardPicture {
            anchors.centerIn: parent
            width: Units.mm(Units.compact ? 120 : 170)
            height: width
        }
    }
    TouchButton {
        objectName: "phone"
        visible: !page.kiosk.readerReady && !page.visit.toBook && page.kiosk.givesPhoneNumbers
        anchors { left: parent.left; right: parent.right; bottom: ways.top; bottomMargin: Units.gap }
        kind: TouchButton.Primary
        text: page.words.phone_code.tile
        onClicked: page.kiosk.tap("phone")
    }
    Row {
        id: ways
        anchors { left: parent.left; bottom: parent.bottom }
        spacing: Units.gap
        TouchButton {
            objectName: "back"
            text: page.words.common.back
            onClicked: page.kiosk.tap("back")
        }
        TouchButton {
            objectName: "home"
            text: page.words.common.home
            onClicked: page.kiosk.tap("home")
        }
    }
}
