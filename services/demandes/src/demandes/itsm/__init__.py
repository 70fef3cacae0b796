"""L'ITSM entrant : ses actes, appliqués, différés ou refusés, dans tout ordre (DEM-10)."""
