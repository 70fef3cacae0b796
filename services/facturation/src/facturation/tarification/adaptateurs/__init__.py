"""Comment la tarification rejoint le monde."""
