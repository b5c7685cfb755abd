"""The first page: what there is, and what is going on."""
