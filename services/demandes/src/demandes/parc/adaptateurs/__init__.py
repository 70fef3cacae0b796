"""Comment on garde le parc, et ce qu'on en publie."""
