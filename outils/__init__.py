"""Outillage du dépôt : moteurs embarqués, lints maison, préparation de l'environnement."""
