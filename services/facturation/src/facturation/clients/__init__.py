"""Le fichier client de chaque organisme : à qui va sa facture, et s'il est taxable (FAC-10)."""
