"""Ce qui est arrivé à chaque demande : un épisode par événement reçu, jamais modifié."""
