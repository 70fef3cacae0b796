"""La facture, son document, et ce qui l'ajuste."""
