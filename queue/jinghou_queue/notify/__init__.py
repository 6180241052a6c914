"""Writing to people's phones and to ushers: the channels, one module each, and the sending that uses them."""
