"""Comment les créances rejoignent le monde."""
