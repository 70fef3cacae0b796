"""Les avenants : ce qui change d'un contrat conclu, par le même chemin que lui (CI-17)."""
