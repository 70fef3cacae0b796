"""L'émission d'une période : son aperçu, ses exécutions, ce qu'elles mettent de côté."""
