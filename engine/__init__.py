"""Train, explain and sample small networks. Imports no user interface."""
