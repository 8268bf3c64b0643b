"""Background jobs: thin, each calls one service; in the process of `./run`, or in `toolkit worker`."""
