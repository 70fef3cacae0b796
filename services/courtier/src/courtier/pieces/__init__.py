"""Les pièces d'un dossier et d'un contrat : ce qu'elles sont, et leur empreinte."""
