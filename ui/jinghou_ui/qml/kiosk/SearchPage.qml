import QtQuick
import Jinghou

// Which service, by typing a little of it. What it may be stands above the letters while they are typed; on a low glass
// beside them.
Item {
    id: page

    required property var kiosk

    readonly property var words: kiosk.words
    readonly property var found: kiosk.visit.found
    readonly property var methods: kiosk.inputMethods
    property int methodAt: 0
    readonly property var method: methods[methodAt % Math.max(1, methods.length)]
    readonly property real third: Window.height / 3 - (parent ? parent.y : 0)  // above it no finger is asked to go
    readonly property real share: Units.compact && !Units.wide ? (width - 3 * Units.gap) / 4 : width  // four buttons

    readonly property real column: Units.low ? width - typing.width - Units.gap : width  // what is not for the letters

    Headline {
        id: headline
        text: page.words.search.title
    }
    Surface {
        id: sheet
        anchors { top: headline.bottom; topMargin: Units.mm(Units.compact ? 4 : 8); left: parent.left }
        width: page.column
        height: Units.mm(Units.compact ? 24 : 34)
        border.color: Theme.accent
        border.width: Units.mm(0.8)

        TextInput {
            id: field
            objectName: "searchField"
            anchors { fill: parent; leftMargin: Units.mm(8); rightMargin: Units.mm(8) }
            focus: true
            clip: true
            maximumLength: 24
            color: Theme.ink
            font.family: Theme.family
            font.pixelSize: Units.mm(Units.compact ? 14 : 20)
            verticalAlignment: TextInput.AlignVCenter
            cursorVisible: true
            // Sensitive: the engines learn no words of it. What is chosen of it is for the finder, not for them.
            inputMethodHints: Qt.ImhSensitiveData | Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase | Qt.ImhPreferLowercase
            onDisplayTextChanged: page.kiosk.typed(displayText)
        }
    }
    StyledText {
        id: hint
        objectName: "searchHint"
        anchors { top: sheet.bottom; topMargin: Units.mm(Units.low ? 2 : 6); left: parent.left }
        width: page.column
        visible: page.found.length === 0
        text: page.kiosk.visit.nothing ? page.words.search.nothing : page.words.search.how
        size: Theme.label
        font.weight: page.kiosk.visit.nothing ? Font.Bold : Font.Normal
    }
    StyledText {
        anchors { top: hint.bottom; topMargin: Units.mm(2); left: parent.left }
        width: page.column
        visible: hint.visible
        text: page.kiosk.visit.nothing ? page.words.search.nothing_how : page.words.search.example
        color: Theme.inkSoft
    }
    Grid {
        id: results
        readonly property real tile: Units.mm(Units.low ? 46 : !Units.compact ? 64 : Theme.latin || Units.large ? 57 : 50)
        readonly property real room: (Units.low ? actions.y : typing.y) - Units.mm(3) - y
        readonly property int rows_: Math.max(1, Math.floor((room + spacing) / (tile + spacing)))

        anchors.left: parent.left
        y: Math.max(sheet.y + sheet.height + Units.gap, page.third)
        width: page.column
        columns: Units.wide && !Units.low ? 4 : 2
        spacing: Units.gap

        Repeater {
            model: page.found.slice(0, results.rows_ * results.columns)
            ServiceChoice {
                required property var modelData
                kiosk: page.kiosk
                service: modelData
                width: (results.width - (results.columns - 1) * results.spacing) / results.columns
                height: results.tile
            }
        }
    }
    Loader {
        id: typing
        x: !Units.low ? (parent.width - width) / 2 : LayoutMirroring.enabled ? 0 : parent.width - width
        anchors { bottom: actions.top; bottomMargin: Units.mm(Units.compact ? 3 : 6) }
        width: Math.min(parent.width, Units.mm(Units.low ? 250 : 400))
        Binding { target: KeySize; property: "across"; value: typing.width }
        Binding { target: KeySize; property: "deleteText"; value: page.words.type_code.delete_key }
        onStatusChanged: if (status === Loader.Error) sourceComponent = letters  // such as without libpulse0
        Component.onCompleted: page.methods.length > 0 ? setSource("QtKeyboard.qml", { method: Qt.binding(() => page.method) })
                                                       : sourceComponent = letters
    }
    Component {
        id: letters
        LetterKeys {
            rows: ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"]
            keyHeight: KeySize.down - KeySize.gap
            deleteText: KeySize.deleteText
            onLetter: which => field.insert(field.length, which.toLowerCase())
            onTakeBack: field.remove(field.length - 1, field.length)
        }
    }
    Row {
        id: actions
        anchors { left: parent.left; bottom: parent.bottom }
        spacing: Units.gap

        TouchButton {
            objectName: "back"
            width: Math.min(implicitWidth, page.share)
            lines: 2
            text: page.words.common.home
            onClicked: page.kiosk.tap("home")
        }
        TouchButton {
            objectName: "start"
            width: Math.min(implicitWidth, page.share)
            lines: 2
            text: page.words.home.all
            onClicked: page.kiosk.tap("start")
        }
    }
    Row {
        anchors { right: parent.right; bottom: parent.bottom }
        spacing: Units.gap

        TouchButton {
            objectName: "method"
            visible: page.methods.length > 1
            width: Math.min(implicitWidth, page.share)
            lines: 2
            text: visible ? page.method.name : ""
            onClicked: if (page.kiosk.tap("stay")) page.methodAt += 1
        }
        TouchButton {
            objectName: "clear"
            width: Math.min(implicitWidth, page.share)
            lines: 2
            enabled: field.displayText !== ""
            text: page.words.search.clear
            onClicked: if (page.kiosk.tap("stay")) {
                Qt.inputMethod.reset();
                field.clear();
            }
        }
    }
    Component.onCompleted: {
        field.text = page.kiosk.visit.typed;  // the page may come back, after a card that was left behind
        field.forceActiveFocus();
        Qt.inputMethod.show();
    }
}
