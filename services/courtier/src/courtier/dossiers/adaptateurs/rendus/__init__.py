"""Les pages d'un dossier."""
