"""What networks are made of: activations, initialisers, normalisation, dropout."""
