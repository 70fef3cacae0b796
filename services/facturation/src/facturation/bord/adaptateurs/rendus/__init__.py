"""La page du tableau du mois."""
