"""Comment un acte s'exécute : réclamé, déroulé, audité, commis, puis répondu."""
