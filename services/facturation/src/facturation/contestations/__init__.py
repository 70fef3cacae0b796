"""Ce qu'un organisme répond d'un document : il le valide, ou en conteste des lignes (FAC-8)."""
