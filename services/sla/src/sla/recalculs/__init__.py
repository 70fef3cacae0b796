"""Ce qu'un calendrier ou une fiche changerait, dit avant de les publier (SLA-7)."""
