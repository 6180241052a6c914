import QtQuick
import Jinghou

// What most people came for: put the card down; or, with a button in it, go on without one.
Rectangle {
    id: hero

    required property var kiosk
    property string title: kiosk.readerReady ? kiosk.words.home.card : kiosk.words.home.reader_down
    property string hint: kiosk.words.home.card_how
    property bool startsHere: true
    property real least: Units.mm(Units.compact ? 112 : 180)  // height

    readonly property real side: Units.mm(Units.compact ? 70 : 106)  // of the picture
    readonly property bool beside: start.width + side + 2 * Units.inset <= width || !startsHere  // picture and button

    implicitHeight: Math.max(least, words.height + (startsHere ? start.height + Units.inset : 0) + 2 * Units.inset)
    radius: Units.radius
    color: Theme.accent

    CardPicture {
        visible: hero.kiosk.readerReady
        anchors { right: parent.right; rightMargin: Units.inset * 0.6; bottom: parent.bottom }
        anchors.bottomMargin: hero.beside ? Units.inset : hero.height - start.y + Units.mm(4)
        width: hero.beside ? hero.side : Math.min(hero.side, start.y - saying.y - Units.inset)
        height: width
    }
    Column {
        id: words
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Units.inset }
        spacing: Units.mm(Units.compact ? 3 : 6)

        StyledText {
            width: parent.width
            text: hero.title
            size: Units.compact ? 18 : Theme.latin || Units.large ? 24 : 28
            font.weight: Font.Bold
            color: Theme.accentInk
            leading: 1.3
        }
        StyledText {
            id: saying
            objectName: "homeHint"
            anchors.left: parent.left
            width: hero.kiosk.readerReady ? parent.width - Units.mm(Units.compact ? 70 : 112) : parent.width
            text: !hero.kiosk.readerReady ? hero.kiosk.words.home.reader_down_how
                  : hero.kiosk.visit.unreadable ? hero.kiosk.words.home.card_unreadable : hero.hint
            color: Theme.accentInkSoft
        }
    }
    TouchButton {
        id: start
        objectName: "start"
        visible: hero.startsHere
        anchors { left: parent.left; bottom: parent.bottom; margins: Units.inset }
        width: Math.min(implicitWidth, parent.width - 2 * Units.inset)
        kind: TouchButton.OnAccent
        text: hero.kiosk.words.home.no_card
        onClicked: hero.kiosk.tap("start")
    }
}
