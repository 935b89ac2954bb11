"""Rules, boxes, circles and patterns, as PDF draws them. All of it is decoration: words say what it is for.

Coordinates are points from the top left corner of the page; a stroke or a fill is an operator of PDF.
"""

from __future__ import annotations

from collections.abc import Iterable

ROUND = 0.5523
"""How far a Bézier handle reaches to draw a quarter of a circle of radius 1."""


class Shapes:
    """What a sheet can draw besides text and pictures."""

    height: float
    """Of the page."""

    def _draw(self, operators: str, fills: bool = False) -> None:
        """Put operators on the page. `fills`: they leave another colour for text."""
        raise NotImplementedError

    def rule(self, x: float, y: float, to: float, weight: float = 0.5, stroke: str = "0 G") -> None:
        """A horizontal rule, as decoration."""
        self._draw(f"{stroke} {weight:g} w {x:.2f} {self.height - y:.2f} m {to:.2f} {self.height - y:.2f} l S")

    def dots(self, x: float, y: float, to: float, stroke: str = "0.55 G") -> None:
        """Leader dots."""
        up = self.height - y
        self._draw(f"q {stroke} 0.9 w 1 J [0 4] 0 d {x:.2f} {up:.2f} m {to:.2f} {up:.2f} l S Q")

    def dashes(self, x: float, y: float, to_x: float, to_y: float, stroke: str = "0.55 G") -> None:
        """A dashed line, in any direction."""
        start, end = f"{x:.2f} {self.height - y:.2f}", f"{to_x:.2f} {self.height - to_y:.2f}"
        self._draw(f"q {stroke} 0.6 w [5 4] 0 d {start} m {end} l S Q")

    def block(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        self._draw(f"{fill} {x:.2f} {self.height - y - height:.2f} {width:.2f} {height:.2f} re f", fills=True)

    def frame(self, x: float, y: float, width: float, height: float, weight: float = 0.7, stroke: str = "0 G") -> None:
        self._draw(f"{stroke} {weight:g} w {x:.2f} {self.height - y - height:.2f} {width:.2f} {height:.2f} re S")

    def circle(self, x: float, y: float, radius: float, weight: float = 0.7, stroke: str = "0 G") -> None:
        """Centre and radius."""
        self._draw(f"{stroke} {weight:g} w {self._round(x, y, radius)} s")

    def disc(self, x: float, y: float, radius: float, fill: str = "0 g") -> None:
        """A filled circle."""
        self._draw(f"{fill} {self._round(x, y, radius)} f", fills=True)

    def _round(self, x: float, y: float, r: float) -> str:
        y, k = self.height - y, r * ROUND
        return (
            f"{x + r:.2f} {y:.2f} m "
            f"{x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
            f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
            f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
            f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c"
        )

    def curve(self, path: str, weight: float, stroke: str) -> None:
        """A ready path, in PDF's own coordinates."""
        self._draw(f"{stroke} {weight:g} w 1 J {path} S 0 J")

    def cells(self, rows: Iterable[bytes], x: float, y: float, side: float, fill: str = "0 g") -> None:
        """A pattern of squares of this side from its upper left corner: dark where a byte is 0, else it is 255."""
        runs = []
        for row, line in enumerate(rows):
            at = 0
            for run in line.split(b"\xff"):
                if run:
                    runs.append(f"{at} {row} {len(run)} 1 re")
                at += len(run) + 1
        path = " ".join(runs)
        self._draw(f"q {fill} {side:.5g} 0 0 {-side:.5g} {x:.2f} {self.height - y:.2f} cm {path} f Q")

    def area(self, path: str, fill: str) -> None:
        """A ready path, in PDF's own coordinates, filled."""
        self._draw(f"{fill} {path} f", fills=True)
