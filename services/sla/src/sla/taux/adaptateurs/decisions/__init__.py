"""Ce que le taux lit des décisions."""
