"""Names for the arrays of this part. NumPy's types cannot say what `cv2` gives back, so these say it to people."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

Grey = NDArray[Any]
"""uint8, rows × columns: black 0, white 255."""
Dark = NDArray[Any]
"""float32, rows × columns: paper 0, the black of the tracks 1."""
Points = NDArray[Any]
"""float64, n × 2: x and y."""
Matrix = NDArray[Any]
"""float64, 3 × 3: from one plane to another."""
Numbers = NDArray[Any]
"""float64 or bool, n."""
