pragma Singleton
import QtQuick

// Colours and type sizes. Kiosks are light, boards dark: the same names on both.
QtObject {
    property bool board: false
    property bool contrast: false  // black on white: 7 to 1 and more
    property bool latin: false  // Latin capitals are 0.73 of the type size, hanzi 0.92: Latin text is set larger

    property var accents: ({})  // of the hall's own colour: accent, accentPressed and so on

    readonly property color paper: board ? "#0F1E27" : contrast ? "#FFFFFF" : "#F6F4EF"
    readonly property color surface: board ? "#14576B" : "#FFFFFF"
    readonly property color ink: board ? "#F2F5F4" : contrast ? "#000000" : "#1D2B36"
    readonly property color inkSoft: board ? "#9FB4BC" : contrast ? "#1D2B36" : "#5B6872"
    readonly property color line: board ? "#2A3C46" : contrast ? "#000000" : "#E2DDD2"
    readonly property color edge: contrast ? "#000000" : "#C9C2B3"  // of a button without a colour of its own
    readonly property color off: contrast ? "#E0E0E0" : "#E9E5DB"   // a button that cannot be pressed now: what it says can be read
    readonly property color accent: board ? "#BFD9DF" : (contrast ? accents.accentContrast : accents.accent) ?? "#14576B"
    readonly property color accentPressed: contrast ? "#000000" : accents.accentPressed ?? "#0E4252"
    readonly property color accentSoft: board ? "#1B3A47" : contrast ? "#FFFFFF" : accents.accentSoft ?? "#E4EEF0"
    readonly property color accentInk: "#FFFFFF"
    readonly property color accentInkSoft: contrast ? "#FFFFFF" : accents.accentInkSoft ?? "#D9E8EB"
    readonly property color call: board ? "#E8B04A" : contrast ? "#8A1F0E" : "#C2452D"

    readonly property string family: "Noto Sans CJK SC"

    // Type sizes in millimetres. 8 mm of hanzi and 10 mm of Latin are both 7.3 mm high on the glass, read at 600 mm.
    readonly property real scale: Units.large ? (Units.low ? 1.1 : 1.2) : 1
    readonly property real note: (latin ? 10 : 8) * scale
    readonly property real body: (latin ? 10.4 : 9.4) * scale
    readonly property real label: (Units.low ? 10 : 11) * scale
    readonly property real title: (Units.low ? 10.5 : Units.compact ? 11.5 : latin ? 13 : 14) * scale
    readonly property real display: (Units.low ? 13 : Units.compact ? 16 : latin ? 20 : 22) * (Units.large ? 1.1 : 1)
    readonly property real number: Units.low ? 26 : !Units.compact ? 72 : Units.large ? 40 : 48
}
