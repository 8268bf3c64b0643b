"""Ground floor: the law. Pure functions over plain values; the standard library only."""
