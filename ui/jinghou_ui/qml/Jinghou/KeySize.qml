pragma Singleton
import QtQuick

// What the keys of Qt's keyboard measure: `across` is all ten of a row.
QtObject {
    property real across: Units.mm(240)
    property string deleteText

    readonly property real gap: 2 * Math.ceil(1.5 * Units.pxPerMm)  // 3 mm, and never a pixel less
    readonly property real down: Units.mm(Units.compact ? 24 : 28)  // a key and the gap below it
}
