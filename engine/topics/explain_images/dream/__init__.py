"""Which pictures does a network like best, and which of them fool it? Pictures that climb."""
