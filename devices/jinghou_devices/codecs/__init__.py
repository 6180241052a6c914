"""Bytes to frames and back, for each protocol: pure functions and decoders, with no input or output."""
