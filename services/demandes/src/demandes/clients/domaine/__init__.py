"""Le fichier client (DEM-8) et le registre de ceux qui peuvent signer (DEM-3)."""
