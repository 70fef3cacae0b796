"""La facture, son document, et l'exécution qui l'émet."""
