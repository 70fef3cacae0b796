"""La démonstration : les cinq services en processus réels, et un mois qui se vérifie lui-même."""
