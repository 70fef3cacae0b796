"""La transition à la sortie d'un contrat : planifiée, rappelée, attestée (CI-24)."""
