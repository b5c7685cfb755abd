"""Pictures of one object on a textured background: what is in them, and how they are drawn."""
