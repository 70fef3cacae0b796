"""La vitesse du socle : chaque mesure est un rapport, dans la même exécution, à une référence."""
