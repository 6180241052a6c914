import QtQuick
import Jinghou

// A field to be made as wide as a bank card held against the glass: that gives the pixels of a millimetre.
Item {
    id: page

    required property var service

    readonly property var words: service.words

    StyledText {
        anchors { left: parent.left; right: parent.right; bottom: card.top; bottomMargin: Units.block }
        text: page.words.staff_ruler.how
    }
    Rectangle {
        id: card
        objectName: "card"
        anchors { horizontalCenter: parent.horizontalCenter; bottom: figure.top; bottomMargin: Units.block }
        width: page.service.values.width
        height: Math.round(width * 54 / 85.6)
        color: Theme.accent
    }
    StyledText {
        id: figure
        objectName: "pxPerMm"
        anchors { left: parent.left; right: parent.right; bottom: steps.top; bottomMargin: Units.gap }
        text: page.words.staff_ruler.figure.arg(page.service.values.pxPerMm).arg(page.service.values.now)
        size: Theme.label
        font.weight: Font.Bold
        horizontalAlignment: Text.AlignHCenter
    }
    StepRow {
        id: steps
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        service: page.service
    }
}
