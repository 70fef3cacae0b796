"""Comment on garde la copie du ROPN."""
