"""What speaks a protocol to a device and answers as its kind. A driver knows its supervisor, not its port."""
