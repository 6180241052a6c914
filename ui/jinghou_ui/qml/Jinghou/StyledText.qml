import QtQuick

// Text in the house's type. `size` is one of Theme's, in millimetres.
Text {
    property real size: Theme.body
    property real leading: Units.low ? 1.3 : 1.45  // distance of lines, in type sizes

    color: Theme.ink
    font.family: Theme.family
    font.pixelSize: Units.mm(size)
    font.features: ({ "tnum": 1 })
    lineHeightMode: Text.FixedHeight
    lineHeight: Math.round(font.pixelSize * leading)
    wrapMode: Text.Wrap
    renderType: Text.QtRendering
    textFormat: Text.PlainText
    horizontalAlignment: Text.AlignLeft  // said, so that it is mirrored with the page whatever the text is written in
    verticalAlignment: Text.AlignVCenter
}
