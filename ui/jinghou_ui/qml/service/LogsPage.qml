import QtQuick
import Jinghou

// Copies the log, without anything of a person, to a folder of the settings.
Item {
    id: page

    required property var service

    readonly property var words: service.words
    readonly property var log: service.values
    readonly property var folders: log.folders ?? []

    Sheet {
        anchors { left: parent.left; right: parent.right; bottom: choices.top; bottomMargin: Units.block }

        StyledText {
            width: parent.width
            text: page.folders.length === 0 ? page.words.staff_logs.no_folder : page.log.copying ? page.words.staff_logs.copying : page.words.staff_logs.how
        }
        Outcome {
            visible: page.log.ended ?? false
            width: parent.width
            well: page.log.fault === ""
            verdict: well ? page.words.staff_logs.done.arg(page.log.lines ?? 0) : page.words.staff_logs.failed
            said: page.log.missing ? page.words.staff_logs.missing : page.log.fault || page.log.file || ""
        }
    }
    Column {
        id: choices
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        spacing: Units.gap

        Repeater {
            model: page.folders
            TouchButton {
                required property string modelData
                required property int index
                objectName: "folder-" + index
                width: page.width
                kind: TouchButton.Primary
                enabled: !page.log.copying
                text: page.words.staff_logs.copy_to.arg(modelData)
                onClicked: page.service.tap("folder", index)
            }
        }
    }
}
