import QtQuick
import Jinghou

// What a page is about, in one line of large type, with an optional small line above.
Column {
    id: headline

    property string text
    property string above

    width: parent.width

    StyledText {
        visible: headline.above !== ""
        width: parent.width
        text: headline.above
        size: Theme.label
        font.weight: Font.Bold
        color: Theme.accent
    }
    StyledText {
        objectName: "headline"
        width: parent.width
        text: headline.text
        size: Theme.display
        font.weight: Font.Bold
        leading: 1.3
    }
}
