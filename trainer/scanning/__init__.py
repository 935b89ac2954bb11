"""From an uploaded file to marks with confidence. Knows neither Flask nor SQLAlchemy: bytes in, values out."""
