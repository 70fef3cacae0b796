"""Les abonnés à nos événements : leurs envois, leurs essais, leur quarantaine (DEM-10)."""
