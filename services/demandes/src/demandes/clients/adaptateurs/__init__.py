"""Comment on garde le fichier client et ce qu'on en publie."""
