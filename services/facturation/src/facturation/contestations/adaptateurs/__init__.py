"""Comment les contestations rejoignent le monde."""
