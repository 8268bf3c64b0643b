"""Second floor: what happens, in which order, in one transaction. Services never commit."""
