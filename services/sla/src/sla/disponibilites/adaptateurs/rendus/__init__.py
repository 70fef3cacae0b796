"""Les pages que les disponibilités dessinent."""
