"""Le taux de chaque indicateur, par mois, exercice et organisme (SLA-4)."""
