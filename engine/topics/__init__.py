"""What pages ask of the engine: a folder a topic. Topics know nothing of each other."""
