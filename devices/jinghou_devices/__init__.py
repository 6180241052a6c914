"""Devices at a terminal: transports, codecs, drivers, their supervisor and, apart from all that, their simulators."""
