"""Comment le tableau du mois rejoint le monde."""
