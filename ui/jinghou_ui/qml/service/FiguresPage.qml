import QtQuick
import Jinghou

// What this kiosk did today, counted of nobody in particular.
Item {
    id: page

    required property var service

    readonly property var words: service.words

    Sheet {
        visible: page.service.values.known
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        spacing: Units.block

        StyledText {
            objectName: "day"
            width: parent.width
            text: page.words.staff_figures.of_day.arg(page.service.values.day)
            size: Theme.label
        }
        Repeater {
            model: [
                { name: page.words.staff_figures.visits, value: page.service.values.visits },
                { name: page.words.staff_figures.numbers, value: page.service.values.numbers },
                { name: page.words.staff_figures.papers, value: page.service.values.papers }
            ]
            Fact {
                required property var modelData
                width: parent.width
                name: modelData.name
                value: modelData.value ?? ""
            }
        }
    }
}
