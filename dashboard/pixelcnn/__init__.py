"""The PixelCNN pages: what they compose."""
