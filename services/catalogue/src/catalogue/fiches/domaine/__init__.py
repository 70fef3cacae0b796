"""Ce qui est vrai d'une fiche : son contenu, ce qu'il doit dire, ce que publier y change."""
