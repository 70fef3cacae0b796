"""Ce qui est vrai d'une demande : son cycle de vie, sa composition, ce qu'on veut en faire."""
