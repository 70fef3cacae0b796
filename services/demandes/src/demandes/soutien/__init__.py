"""Le soutien étendu : ses interventions (DEM-5)."""
