"""What the QML pages read and call: states turned into words and numbers, taps turned into events."""
