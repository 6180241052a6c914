"""What can go wrong with a device. Each class says what the caller can do.

DeviceError
├── PortMissing        the port is not there: plug it in, or correct the setting
├── PortBusy           another program holds the port: stop it
├── DeviceSilent       no answer in time: power or cable; try again later
├── DeviceRefused      it answered and said no: `reason` says why
├── ProtocolError      it answered nonsense: wrong driver, wrong speed or a bad line
├── Cancelled          the caller, or the end of the session, stopped the command
└── DeviceOffline      the supervisor has no connection now; it will come back by itself
"""


class DeviceError(Exception):
    """Any fault of a device. The text is one line for a technician and holds no personal data."""


class PortMissing(DeviceError):
    """The port does not exist."""


class PortBusy(DeviceError):
    """Another program has the port open."""


class DeviceSilent(DeviceError):
    """Nothing came before the deadline."""


class DeviceRefused(DeviceError):
    """The device answered with a failure."""


class ProtocolError(DeviceError):
    """What came is not the protocol."""


class Cancelled(DeviceError):
    """The command was cancelled before it ended."""


class DeviceOffline(DeviceError):
    """The device is not connected at the moment."""
