"""What every page is built with. It knows no page."""
