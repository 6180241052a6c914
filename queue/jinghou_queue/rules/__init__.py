"""What must hold in a hall, as pure functions and tables: no clock, no store, no network."""
