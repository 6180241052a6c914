import QtQuick

// What kinds of devices, their states and their trials are called.
QtObject {
    id: names

    required property var words

    readonly property var kinds: ({
        id_reader: names.words.staff_device.id_reader,
        code_scanner: names.words.staff_device.code_scanner,
        receipt_printer: names.words.staff_device.receipt_printer,
        document_printer: names.words.staff_device.document_printer,
        locker: names.words.staff_device.locker,
        chip_card_reader: names.words.staff_device.chip_card_reader,
        window_display: names.words.staff_device.window_display
    })
    readonly property var links: ({
        absent: names.words.staff_device.absent,
        opening: names.words.staff_device.opening,
        probing: names.words.staff_device.probing,
        online: names.words.staff_device.online,
        degraded: names.words.staff_device.degraded,
        offline: names.words.staff_device.offline
    })
    readonly property var trials: ({
        id_reader: names.words.staff_device.put_card,
        code_scanner: names.words.staff_device.show_code,
        receipt_printer: names.words.staff_device.prints,
        document_printer: names.words.staff_device.asks,
        locker: names.words.staff_device.asks,
        chip_card_reader: names.words.staff_device.put_card,
        window_display: names.words.staff_device.shows
    })
    readonly property var counters: ({
        codes: names.words.staff_counters.codes,
        cuts: names.words.staff_counters.cuts,
        documents: names.words.staff_counters.documents,
        failed: names.words.staff_counters.failed,
        failed_reads: names.words.staff_counters.failed_reads,
        opens: names.words.staff_counters.opens,
        pages: names.words.staff_counters.pages,
        reads: names.words.staff_counters.reads,
        shown: names.words.staff_counters.shown,
        stuck: names.words.staff_counters.stuck,
        uncertain: names.words.staff_counters.uncertain
    })
}
