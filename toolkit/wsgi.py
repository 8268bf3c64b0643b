"""The application for a server such as gunicorn: `gunicorn -c deploy/gunicorn.conf.py toolkit.wsgi:app`.

Nothing is migrated or loaded here: `toolkit migrate` and `toolkit modules load` come before (docs/operations.md).
"""

from toolkit import logs
from toolkit.app import create_app, settle

logs.take_over()
app = create_app()
settle(app)
