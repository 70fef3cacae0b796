"""Les bancs d'essai : un service entier sur une vraie base, sans processus ni bus."""
