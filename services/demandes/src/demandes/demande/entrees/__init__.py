"""Les routes des demandes."""
