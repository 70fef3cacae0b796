"""Ce qu'on peut faire d'un différend et d'un incident."""
