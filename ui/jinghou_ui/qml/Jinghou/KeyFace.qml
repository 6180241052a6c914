import QtQuick

// How a key of the letters looks. `flat`: a word that is offered, rather than a key.
Rectangle {
    id: face

    property string text
    property bool pressed
    property bool flat

    implicitWidth: letters.implicitWidth + 2 * Units.mm(4)
    radius: Units.mm(5)
    color: pressed ? Theme.accentSoft : flat ? "transparent" : Theme.surface
    border.width: flat ? 0 : Math.max(1, Units.mm(0.4))
    border.color: Theme.edge

    StyledText {
        id: letters
        anchors.centerIn: parent
        width: Math.min(implicitWidth, face.width - Units.mm(2))
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Units.mm(Theme.note / Theme.scale)  // no smaller than usual
        text: face.text
        size: face.flat ? Theme.label : Theme.body + 1
        leading: 1.0
        font.weight: Font.Medium
        color: face.flat ? Theme.accent : Theme.ink
        wrapMode: Text.NoWrap
    }
}
