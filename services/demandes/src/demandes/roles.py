"""Les groupes de rôles que les accès des aires nomment."""

from typing import Final

ORGANISME: Final = ("demandeur", "signataire", "gestionnaire")
CSC: Final = ("agent-csc", "technicien", "admin")
MACHINES: Final = ("portail", "itsm", "integration")
LECTEURS: Final = (*ORGANISME, *CSC, *MACHINES, "facturation", "mesure")
REGISTRAIRES: Final = ("gestionnaire", "agent-csc", "admin", "integration")
"""Ceux qui tiennent le fichier client d'un organisme (DEM-8)."""
RECTIFICATEURS: Final = ("agent-csc", "admin")
"""Ceux qui corrigent ce que le CSC a inscrit, ou écartent ce qui attend (DEM-12, DEM-13)."""
