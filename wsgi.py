"""For WSGI servers: `gunicorn wsgi:app`. Configured by TRAINER_* environment variables."""

from __future__ import annotations

from trainer.app import create_app
from trainer.config import load
from trainer.web import log

log.configure()
app = create_app(load())
