"""Comment on garde la copie des organismes."""
