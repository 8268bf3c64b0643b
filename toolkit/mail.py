"""Mail on the wire: one message, one server, and whether the server has taken it."""
