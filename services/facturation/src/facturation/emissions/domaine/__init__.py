"""Ce que l'émission sait d'elle-même, sans rien demander au monde."""
