"""Comment le catalogue atteint sa base et le bus."""
