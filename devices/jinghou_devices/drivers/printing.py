"""What drivers of printers share: what is said of a paper that was not printed, and what is counted of one that was."""

from jinghou_devices.counters import Counters
from jinghou_devices.errors import DeviceError
from jinghou_devices.kinds.receipt_printer import Printed, PrintResult


def not_printed(error: Exception) -> PrintResult:
    """The result when an error came before anything was sent; a fault of this program says nothing of that."""
    if isinstance(error, DeviceError):
        return PrintResult(Printed.REFUSED, str(error))
    return PrintResult(Printed.UNCERTAIN, f"a fault of this program: {type(error).__name__}")


def count(counters: Counters, printed: Printed, **done: int) -> None:
    """Count `done` when the paper is whole, else that it failed; one that was refused has moved nothing."""
    if printed is Printed.DONE:
        for what, number in done.items():
            counters.add(what, number)
    elif printed is not Printed.REFUSED:
        counters.add(printed.value)
