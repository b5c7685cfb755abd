"""Pictures as files whose size is their bits."""
