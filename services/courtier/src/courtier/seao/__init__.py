"""La publication des contrats au SEAO, et leurs données ouvertes."""
