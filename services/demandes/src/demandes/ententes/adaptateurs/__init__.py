"""Comment on garde les ententes, et ce qu'on en publie."""
