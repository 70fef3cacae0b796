"""Le verdict de chaque mesure, rejoué de l'histoire de son sujet; les taux, et pourquoi."""
