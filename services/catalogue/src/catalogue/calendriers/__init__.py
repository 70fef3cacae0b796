"""Les versions du calendrier ouvrable, publiées à la date qu'elles décident (SLA-1)."""
