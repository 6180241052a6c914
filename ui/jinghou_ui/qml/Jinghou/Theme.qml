pragma Singleton
import QtQuick

// Colours and type sizes. Kiosks are light, boards dark: the same names on both.
QtObject {
    property bool board: false
    property bool latin: false  // Latin capitals are 0.73 of the type size, hanzi 0.92: Latin text is set larger

    readonly property color paper: board ? "#0F1E27" : "#F6F4EF"
    readonly property color surface: board ? "#14576B" : "#FFFFFF"
    readonly property color ink: board ? "#F2F5F4" : "#1D2B36"
    readonly property color inkSoft: board ? "#9FB4BC" : "#5B6872"
    readonly property color line: board ? "#2A3C46" : "#E2DDD2"
    readonly property color accent: board ? "#BFD9DF" : "#14576B"
    readonly property color accentPressed: "#0E4252"
    readonly property color accentSoft: board ? "#1B3A47" : "#E4EEF0"
    readonly property color accentInk: "#FFFFFF"
    readonly property color accentInkSoft: "#D9E8EB"
    readonly property color call: board ? "#E8B04A" : "#C2452D"

    readonly property string family: "Noto Sans CJK SC"

    // Type sizes in millimetres. 8 mm of hanzi and 10 mm of Latin are both 7.3 mm high on the glass, read at 600 mm.
    readonly property real note: latin ? 10 : 8
    readonly property real body: latin ? 10.4 : 9.4
    readonly property real label: 11
    readonly property real title: Units.compact ? 11.5 : latin ? 13 : 14
    readonly property real display: Units.compact ? 16 : latin ? 20 : 22
    readonly property real number: Units.compact ? 48 : 72
}
