"""How is a measured number written so that it can be read, however large it became?"""

MOST = 1e6  # from here on digits behind the point say nothing


def fixed(value: float, digits: int = 4) -> str:
    """With so many digits behind the point, or by its power of ten: 0.1234, -1.235e+17."""
    return f"{value:.{digits}f}" if not abs(value) >= MOST else f"{value:.{digits - 1}e}"
