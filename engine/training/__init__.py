"""How a network learns a task, alone or many at once."""
