"""Trainer: Markdown training modules become multilingual web courses, printable packs and completion records."""

__version__ = "0.1.0"
