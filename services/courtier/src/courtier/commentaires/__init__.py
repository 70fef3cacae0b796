"""Les commentaires et les plaintes des organismes au Courtier, et ses réponses (CI-21)."""
