"""Le rapport mensuel des niveaux de service (SLA-9)."""
