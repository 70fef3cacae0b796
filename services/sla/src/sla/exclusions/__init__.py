"""Ce que des personnes décident d'une mesure : l'exclure, revenir dessus, le contester (SLA-8)."""
