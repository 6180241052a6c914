import QtQuick

// What the faults of enrolling are called, and what to do about each.
QtObject {
    id: names

    required property var words

    readonly property var faults: ({
        code_unknown: names.words.enrol.code_unknown,
        code_used: names.words.enrol.code_used,
        code_old: names.words.enrol.code_old,
        other_hall: names.words.enrol.other_hall,
        other_kind: names.words.enrol.other_kind,
        too_many: names.words.enrol.too_many,
        unreachable: names.words.enrol.unreachable,
        certificate: names.words.enrol.certificate,
        no_server: names.words.enrol.no_server,
        busy: names.words.enrol.busy,
        not_kept: names.words.enrol.not_kept
    })
    readonly property var advice: ({
        code_unknown: names.words.enrol.code_unknown_do,
        code_used: names.words.enrol.code_used_do,
        code_old: names.words.enrol.code_old_do,
        other_hall: names.words.enrol.other_hall_do,
        other_kind: names.words.enrol.other_kind_do,
        too_many: names.words.enrol.too_many_do,
        unreachable: names.words.enrol.unreachable_do,
        certificate: names.words.enrol.certificate_do,
        no_server: names.words.enrol.no_server_do,
        busy: names.words.enrol.busy_do,
        not_kept: names.words.enrol.not_kept_do
    })
}
