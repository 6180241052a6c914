import QtQuick
import Jinghou

// How something that was tried ended: a verdict in a word, and what there is to say of it.
Column {
    id: outcome

    required property bool well
    required property string verdict
    property string said

    spacing: Units.mm(2)

    StyledText {
        objectName: "verdict"
        width: outcome.width
        text: (outcome.well ? "✓ " : "✗ ") + outcome.verdict
        size: Theme.title
        font.weight: Font.Bold
        color: outcome.well ? Theme.accent : Theme.call
    }
    StyledText {
        objectName: "said"
        visible: text !== ""
        width: outcome.width
        text: outcome.said
        wrapMode: Text.Wrap
    }
}
