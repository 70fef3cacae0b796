"""Les demandes : leur composition, leur cycle de vie, leur chronologie (DEM-1 à DEM-4, DEM-6)."""
