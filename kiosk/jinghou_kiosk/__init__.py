"""What a kiosk does, without the glass: the session and its journeys, and the runner that does what they ask for."""
