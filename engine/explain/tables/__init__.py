"""Tables: models of them, and what each column did for an answer."""
