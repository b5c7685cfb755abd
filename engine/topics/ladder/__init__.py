"""From a table to PixelCNN, on pictures so small that every one of them can be counted."""
