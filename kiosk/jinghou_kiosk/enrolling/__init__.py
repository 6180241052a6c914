"""How a machine becomes a terminal of a hall at its own glass: asked, answered, kept. Visits are elsewhere."""
