"""Ce qu'il faut de machines pour une taille donnée, d'après des coûts mesurés."""
