"""How are the two classes drawn? The same on every picture of the page."""

COLOURS = (0, 5)  # of the palette: class 0, class 1
SYMBOLS = ("circle", "square")  # as in the area in which points are placed
