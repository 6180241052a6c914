"""The offline box: what a kiosk keeps on disk so that it goes on while the server is away, and tells it afterwards."""
