"""What administrators do."""

from __future__ import annotations

from trainer.web.admin import roles
from trainer.web.admin.routes import blueprint

__all__ = ["blueprint", "roles"]
