import QtQuick

// A small name over a large value: "ahead of you / 3".
Column {
    id: fact

    property string name
    property string value

    spacing: Units.mm(2)

    StyledText {
        width: fact.width
        text: fact.name
        size: Theme.note
        color: Theme.inkSoft
    }
    StyledText {
        objectName: "factValue"
        width: fact.width
        text: fact.value
        size: Theme.title
        font.weight: Font.Bold
    }
}
