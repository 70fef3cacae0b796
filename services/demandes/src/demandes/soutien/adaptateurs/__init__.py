"""Comment on garde le soutien étendu, et ce qu'on en publie."""
