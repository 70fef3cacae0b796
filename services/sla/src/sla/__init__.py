"""Niveaux de service : rejoue l'histoire des demandes en verdicts, et les verdicts en taux."""
