"""Headers on every response: pages, files, redirects and errors alike."""

from __future__ import annotations

from flask import Flask, Response, request

from trainer.web.state import current, site

CONTENT_SECURITY_POLICY = "; ".join((
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip
"""Nothing inline, nothing from elsewhere. No nonce: pages stay valid when they are saved on the device."""

# Referrer-Policy is not `no-referrer`: browsers would then send `Origin: null` with our own forms, which could not be
# told from a foreign site's. Other sites see no referrer either way.
FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}

STRICT_TRANSPORT_SECURITY = "max-age=63072000"
"""Two years. Without includeSubDomains: the neighbours of this host name are not ours to decide about."""


def install(app: Flask) -> None:
    secure = site(app).config.secure_cookies

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers[name] = value
        if secure:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT_SECURITY
        if current.identity is not None and not _is_shared_file(response):
            # Somebody else may use this device next: the back button must find nothing.
            response.headers["Cache-Control"] = "no-store"
        elif "Cache-Control" not in response.headers:
            kept = "private, no-cache" if "Set-Cookie" not in response.headers else "no-store"
            response.headers["Cache-Control"] = kept
        return response


def _is_shared_file(response: Response) -> bool:
    """A file that is the same for everybody: its view said so by `public` or `immutable`."""
    control = response.cache_control
    return request.method in ("GET", "HEAD") and bool(control.public or control.immutable)
