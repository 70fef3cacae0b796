"""Comment on garde les usages, et ce qu'on en publie."""
