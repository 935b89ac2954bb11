"""Drawings as plain shapes: values go in, and page and PDF draw what comes out, each in its own way."""
