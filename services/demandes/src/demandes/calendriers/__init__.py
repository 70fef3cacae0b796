"""La copie des versions du calendrier que catalogue publie (SLA-1)."""
