pragma Singleton
import QtQuick

// Every size on the glass is in millimetres; pxPerMm is measured for each screen and set by the program.
QtObject {
    property real pxPerMm: 1

    property bool large: false    // 大字版
    property bool wide: false     // a glass that lies
    property bool compact: false  // a glass under 600 mm high, such as 21.5 inches upright: less air, the same fingers

    property bool low: false      // a glass under 330 mm high, such as 21.5 inches lying: the least that fingers and eyes need

    readonly property real page: mm(low ? 8 : compact ? 14 : 20)    // margin of a page
    readonly property real gap: mm(low ? 4 : compact ? 6 : 8)       // between neighbours
    readonly property real block: mm(low ? 4 : compact ? 9 : 14)    // between the parts of a page
    readonly property real inset: mm(low ? 6 : compact ? 12 : 20)   // inside a surface
    readonly property real radius: mm(9)
    readonly property real touch: mm(low ? 20.5 : large ? 26 : 24)    // height of a button
    readonly property real primary: mm(low ? 22 : large ? 34 : 30)  // height of the button most people came for
    readonly property real widest: mm(wide ? 708 : 480)   // of what is shown on a larger glass, in its middle
    readonly property real highest: mm(wide ? 400 : 760)  // and at its foot, where it is reached
    readonly property real line: Math.max(1, mm(0.3))

    function mm(length: real): real {
        return Math.round(length * pxPerMm);
    }
}
