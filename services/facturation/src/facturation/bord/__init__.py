"""Le tableau du mois : ce qui reste à faire d'une période, lu de toutes les aires."""
