"""Ce qui est arrivé à chaque sujet : un épisode par événement reçu, jamais modifié."""
