"""L'évaluation du rendement d'un fournisseur, chaque année et à la fin d'un contrat (CI-21)."""
