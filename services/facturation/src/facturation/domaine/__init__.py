"""Ce qui est vrai : tarifs datés, faits, dus, factures. Pur."""
