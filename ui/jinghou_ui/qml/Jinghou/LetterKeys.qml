import QtQuick

// Letters and digits in rows of ten at most, and a key that takes the last one back, for fingers.
Column {
    id: keys

    property var rows: []  // the keys of each row in one text; the last has room for the key that deletes
    property real keyHeight: Units.touch
    property string deleteText
    signal letter(string which)
    signal takeBack()

    readonly property real keyWidth: (width - 9 * spacing) / 10

    spacing: Units.mm(4)
    LayoutMirroring.enabled: false  // a keyboard stands the same way round in every language

    Repeater {
        model: keys.rows
        Row {
            id: row
            required property string modelData
            required property int index
            spacing: keys.spacing

            Repeater {
                model: Array.from(row.modelData)  // a text of digits alone would be a number
                TouchButton {
                    required property string modelData
                    objectName: "key-" + modelData
                    width: keys.keyWidth
                    height: keys.keyHeight
                    text: modelData
                    kind: TouchButton.Key
                    onClicked: keys.letter(modelData)
                }
            }
            TouchButton {
                objectName: "key-delete"
                visible: row.index === keys.rows.length - 1
                width: 3 * keys.keyWidth + 2 * keys.spacing
                height: keys.keyHeight
                text: keys.deleteText
                kind: TouchButton.Key
                onClicked: keys.takeBack()
            }
        }
    }
}
