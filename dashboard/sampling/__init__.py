"""The sections of the sampling page: make, complete, count, use and train."""
