import QtQuick
import Jinghou

// A card lies on the reader whose visit is over: said before anything else, until it is lifted.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words

    Headline {
        id: headline
        text: page.words.card_left.title
    }
    Rectangle {
        id: hero
        anchors { top: headline.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        height: Units.mm(Units.compact ? 120 : 220)
        radius: Units.radius
        color: Theme.call

        CardPicture {
            anchors.centerIn: parent
            width: Units.mm(Units.compact ? 104 : 170)
            height: width
        }
    }
    Column {
        anchors { top: hero.bottom; topMargin: Units.block; left: parent.left; right: parent.right }
        spacing: Units.block

        StyledText {
            objectName: "cardLeftNote"
            width: parent.width
            text: page.words.card_left.note
            size: Theme.title
            font.weight: Font.Bold
        }
        StyledText {
            width: parent.width
            text: page.words.card_left.not_mine
            size: Theme.label
            color: Theme.inkSoft
        }
    }
}
