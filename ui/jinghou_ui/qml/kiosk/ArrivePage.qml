import QtQuick
import Jinghou

// Whoever booked, or was passed over: show a code, put the card down, or type the code.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property bool shows: kiosk.readerReady || kiosk.scannerReady

    Headline {
        id: headline
        text: page.kiosk.visit.purpose === "find_number" ? page.words.my_number.title : page.words.arrive.title
    }
    StyledText {
        id: hint
        objectName: "arriveHint"
        anchors { top: headline.bottom; topMargin: Units.mm(6); left: parent.left; right: parent.right }
        text: page.kiosk.visit.unreadable ? page.words.ask_card.unreadable
              : page.kiosk.scannerReady && page.kiosk.readerReady ? page.words.arrive.code_or_card
              : page.kiosk.scannerReady ? page.words.arrive.code_only
              : page.kiosk.readerReady ? page.words.arrive.card_only : page.words.arrive.typing_only
        size: Theme.label
        font.weight: page.kiosk.visit.unreadable ? Font.Bold : Font.Normal
        color: page.kiosk.visit.unreadable ? Theme.call : Theme.inkSoft
    }
    Row {
        anchors { top: hint.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        spacing: Units.gap

        WayIn {
            visible: page.kiosk.scannerReady
            width: page.kiosk.readerReady ? (page.width - Units.gap) / 2 : page.width
            caption: page.words.arrive.code
            picture: CodePicture {}
        }
        WayIn {
            visible: page.kiosk.readerReady
            width: page.kiosk.scannerReady ? (page.width - Units.gap) / 2 : page.width
            caption: page.words.arrive.card
            picture: CardPicture {}
        }
    }
    Column {
        id: actions
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        spacing: Units.gap

        TouchButton {
            objectName: "typeCode"
            width: parent.width
            kind: page.shows ? TouchButton.Outline : TouchButton.Primary
            text: page.words.arrive.type_code
            onClicked: page.kiosk.tap("type_code")
        }
        TouchButton {
            objectName: "home"
            text: page.words.common.home
            onClicked: page.kiosk.tap("home")
        }
    }
}
