"""Ce que vaut un service : ses heures, ses indisponibilités, ses minutes (SLA-5)."""
