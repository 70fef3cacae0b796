"""Ce qu'une demande complétée ouvre et qui court sans actif : soutien étendu, lien physique."""
