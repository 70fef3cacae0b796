"""Comment on garde les demandes et leur chronologie, et ce qu'on en publie."""
