"""Comment les simulations rejoignent le monde."""
