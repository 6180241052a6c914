import QtQuick
import Jinghou

// One question of enrolling, or what came of it. A keyboard that is plugged in types as well: boards feel no finger.
Item {
    id: page

    required property var host  // has values, words and tap
    property string note  // what else is to be thought of before a code is used

    readonly property var words: host.words
    readonly property var values: host.values
    readonly property bool beside: typing && width > height  // the keys stand beside the question
    readonly property bool typing: values.page === "address" || values.page === "code"

    EnrolWords { id: names; words: page.words }

    focus: true
    Keys.onPressed: event => {
        if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)
            host.tap(values.page === "fault" ? "try" : "confirm");
        else if (event.key === Qt.Key_Backspace)
            host.tap("delete");
        else if (event.key === Qt.Key_Escape)
            host.tap("back");
        else if (page.typing && /^[0-9A-Za-z.:-]$/.test(event.text) && !(values.page === "code" && event.text === "-"))
            host.tap("digit", event.text);
    }

    Sheet {
        anchors { left: parent.left; bottom: page.beside ? parent.bottom : actions.top }
        anchors.bottomMargin: page.beside ? 0 : Units.block
        width: page.beside ? (parent.width - Units.block) / 2 : parent.width

        StyledText {
            objectName: "enrolQuestion"
            width: parent.width
            text: ({
                address: page.words.enrol.address,
                code: page.words.enrol.code,
                asking: page.words.enrol.asking,
                fault: names.faults[page.values.fault],
                welcome: page.words.enrol.welcome
            })[page.values.page] ?? ""
            size: Theme.title
            font.weight: Font.Bold
            leading: 1.3
            color: page.values.page === "fault" ? Theme.call : Theme.ink
        }
        StyledText {
            objectName: "enrolHow"
            visible: text !== ""
            width: parent.width
            text: ({
                address: page.words.enrol.address_how,
                code: page.words.enrol.code_how,
                fault: names.advice[page.values.fault]
            })[page.values.page] ?? ""
        }
        StyledText {
            objectName: "enrolSaid"
            visible: text !== ""
            width: parent.width
            text: page.values.page === "code" ? page.words.enrol.at.arg(page.values.address) : page.values.said ?? ""
            size: Theme.note
            color: Theme.inkSoft
            wrapMode: Text.Wrap
        }
        StyledText {
            objectName: "enrolNote"
            visible: page.values.page === "code" && text !== ""
            width: parent.width
            text: page.note
            color: Theme.call
        }
        StyledText {
            objectName: "enrolTyped"
            visible: page.typing
            width: parent.width
            text: page.values.typed ?? ""
            size: Theme.title
            font.weight: Font.Bold
            font.letterSpacing: page.values.page === "code" ? Units.mm(2) : 0
            wrapMode: Text.WrapAnywhere
            color: Theme.accent
        }
        Fact {
            visible: page.values.page === "welcome"
            width: parent.width
            name: page.words.enrol.hall
            value: page.values.hall ?? ""
        }
        Fact {
            visible: page.values.page === "welcome"
            width: parent.width
            name: page.words.enrol.name
            value: page.values.name ?? ""
        }
        StyledText {
            objectName: "enrolClock"
            visible: (page.values.ahead ?? "") !== ""
            width: parent.width
            text: page.words.enrol.clock.arg(page.values.ahead ?? "")
            color: Theme.call
        }
    }
    Column {
        id: actions
        anchors { right: parent.right; bottom: parent.bottom }
        width: page.beside ? (parent.width - Units.block) / 2 : parent.width
        spacing: Units.gap

        LetterKeys {
            visible: page.typing
            width: parent.width
            keyHeight: Units.mm(Units.compact ? 21 : 30)
            rows: page.values.page === "address" ? ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", ".:-"]
                                                 : ["1234567890", "ABCDEFGHJK", "MNPQRSTVWX", "YZ"]
            deleteText: page.words.enrol.delete_key
            onLetter: which => page.host.tap("digit", which)
            onTakeBack: page.host.tap("delete")
        }
        TouchButton {
            objectName: "scheme"
            visible: page.values.page === "address"
            width: parent.width
            kind: page.values.secure ? TouchButton.Chosen : TouchButton.Outline
            text: page.values.secure ? page.words.enrol.with_tls : page.words.enrol.without_tls
            onClicked: page.host.tap("scheme")
        }
        TouchButton {
            objectName: "enrolNext"
            visible: page.typing || page.values.page === "welcome"
            width: parent.width
            kind: TouchButton.Primary
            enabled: page.values.page === "welcome" || (page.values.complete ?? false)
            text: ({ address: page.words.enrol.next, code: page.words.enrol.send, welcome: page.words.enrol.begin })[page.values.page] ?? ""
            onClicked: page.host.tap("confirm")
        }
        TouchButton {
            objectName: "enrolRetry"
            visible: page.values.page === "fault"
            width: parent.width
            kind: TouchButton.Primary
            text: page.values.typedAgain ? page.words.enrol.other_code : page.words.enrol.again
            onClicked: page.host.tap("try")
        }
    }
}
