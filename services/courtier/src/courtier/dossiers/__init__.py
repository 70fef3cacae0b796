"""Le dossier d'acquisition : cinq étapes jusqu'au contrat, aucune sautée (CI-10)."""
