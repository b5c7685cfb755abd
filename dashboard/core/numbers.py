"""How is a measured number written so that it can be read, however large it became?"""

MOST = 1e6  # from here on digits behind the point say nothing


def fixed(value: float, digits: int = 4) -> str:
    """With so many digits behind the point, or by its power of ten: 0.1234, -1.235e+17."""
    return f"{value:.{digits}f}" if not abs(value) >= MOST else f"{value:.{digits - 1}e}"


def rough(value: float) -> str:
    """A difference that should be small, in two digits: 0, 2.2e-16, 11."""
    if value == 0:
        return "0"
    return f"{value:.2g}" if 0.01 <= abs(value) < 100 else f"{value:.1e}"
