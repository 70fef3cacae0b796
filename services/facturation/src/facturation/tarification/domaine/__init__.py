"""Ce que dit le catalogue, daté : quel tarif est dû, comment il se compte, à quel prix."""
