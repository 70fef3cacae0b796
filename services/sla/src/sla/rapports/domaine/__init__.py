"""Ce que dit un rapport, et l'établissement de tous ceux d'un mois (SLA-9)."""
