"""Comment le service atteint sa base."""
