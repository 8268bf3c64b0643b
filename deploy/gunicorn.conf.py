"""gunicorn for one process of the site; the port comes from PORT. Start one process per core, each its own unit.

No access log: an address, a page and a time together could tell that somebody opened help.
"""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8001')}"
workers = 1  # one process per unit, so that one can be replaced while the others go on answering
worker_class = "gthread"
threads = 8
timeout = 30  # a worker that hangs this long is replaced
graceful_timeout = 20
keepalive = 15
accesslog = None
errorlog = "-"
loglevel = "warning"
limit_request_line = 4094
limit_request_fields = 60
preload_app = False
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - gunicorn's heartbeat file
proc_name = "toolkit"
