"""Le parc : les actifs, nés des livraisons, récupérés ou perdus (DEM-7)."""
