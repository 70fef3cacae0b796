"""Les lignes saisies, les décisions, et ce qu'une personne en décide seule."""
