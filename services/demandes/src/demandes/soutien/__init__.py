"""Le soutien étendu : les abonnements des organismes et leurs interventions (DEM-5)."""
