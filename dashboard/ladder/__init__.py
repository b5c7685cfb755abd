"""The page of the autoregressive ladder, a section a module."""
