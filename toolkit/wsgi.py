"""The application for a server such as gunicorn: `gunicorn -c deploy/gunicorn.conf.py toolkit.wsgi:app`.

Nothing is migrated or loaded here: `toolkit migrate` and `toolkit modules load` come before (docs/operations.md).
"""

from toolkit.app import create_app

app = create_app()
