"""Ce qu'un changement de tarif coûterait, et ce que l'exercice coûtera (FAC-11)."""
