"""Every page of enrolling, made up, for the gallery and the tests that measure pages."""

from dataclasses import replace

from jinghou_kiosk.enrolling.state import AskAddress, AskCode, Asking, Enrolment, Fault, NotEnrolled, Page, Welcome
from jinghou_kiosk.events import Language
from jinghou_queue.contract.terminals import TerminalKind

_SAID = {
    Fault.OTHER_HALL: "this code is for the hall lakeside, this machine is set up for yunxi",
    Fault.CERTIFICATE: "2015-01-01 00:04 CST",
    Fault.NOT_KEPT: "/var/lib/jinghou/kiosk.enrolment: Permission denied",
    Fault.UNREACHABLE: "http://192.0.2.10:8470: ConnectionError",
}


def sample_enrolments(language: Language) -> dict[str, Enrolment]:
    """A machine on each page of enrolling, by a name for its picture."""
    blank = Enrolment(TerminalKind.KIOSK, language, address="http://192.0.2.10:8470")

    def on(page: Page) -> Enrolment:
        return replace(blank, page=page)

    return {
        "address": on(AskAddress()),
        "address-whole": on(AskAddress("queue.hall.example.cn:8470", secure=True)),
        "code": on(AskCode("7K3Q")),
        "code-whole": replace(on(AskCode("7K3QMZ91RT")), url="http://192.0.2.10:8470"),
        "asking": on(Asking("")),
        **{f"fault-{fault.value}": on(NotEnrolled(fault, _SAID.get(fault, ""), "")) for fault in Fault},
        "welcome": on(Welcome("云溪区政务服务中心", "B 区 03 号", 2)),
        "welcome-clock": on(Welcome("云溪区政务服务中心", "B 区 03 号", -372_600)),
    }
