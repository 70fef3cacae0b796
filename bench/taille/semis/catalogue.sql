INSERT INTO produits (code, sorte, statut, libelle, categorie, noyau, normalise, gamme,
    reserve_hauts_dirigeants, tarifs, recherche, version)
SELECT code, sorte, statut, libelle, categorie, false, true, 'ordinaire', false,
    '{PRODUIT}', lower(code) || ' ' || plie || ' ' || categorie_pliee, 4
FROM p;

INSERT INTO produit_prix (code, version, debut, prix, publie_le)
SELECT code, version, debut, prix, debut - interval '30 days' FROM px;
