"""To come."""

from dashboard.optim.view import OptimView


def show(view: OptimView) -> None:
    """Nothing yet."""
