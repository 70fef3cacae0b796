"""Le fichier client de chaque organisme : à qui va sa facture, et ses taxes (FAC-10, FAC-15)."""
