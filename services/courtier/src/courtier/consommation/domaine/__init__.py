"""Ce qui est vrai de la consommation d'un contrat : commandes, factures, bilan, courbe."""
