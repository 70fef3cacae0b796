"""Comment les émissions rejoignent le monde."""
