-- Cinquante mille produits, de quelques mots tirés de trois listes; trois prix chacun.

CREATE TEMP TABLE p AS
SELECT
    n, 'P-' || lpad(n::text, 6, '0') AS code,
    (ARRAY['Portatif', 'Écran', 'Périphérique', 'Câble', 'Casque', 'Clavier', 'Logiciel', 'Poste',
        'Téléphone', 'Numériseur'])[mot1] || ' ' ||
    (ARRAY['léger', 'renforcé', 'intégré', 'spécialisé', 'modulaire', 'adapté', 'réseau',
        'ergonomique'])[mot2] || ' série ' || serie AS libelle,
    (ARRAY['portatif', 'ecran', 'peripherique', 'cable', 'casque', 'clavier', 'logiciel', 'poste',
        'telephone', 'numeriseur'])[mot1] || ' ' ||
    (ARRAY['leger', 'renforce', 'integre', 'specialise', 'modulaire', 'adapte', 'reseau',
        'ergonomique'])[mot2] || ' serie ' || serie AS plie,
    'Catégorie ' || categorie AS categorie, 'categorie ' || categorie AS categorie_pliee,
    (ARRAY['materiel', 'logiciel', 'poste_virtuel', 'moniteur', 'peripherique', 'accessoire',
        'appareil_mobile'])[1 + pg_temp.entier(n, 24, 7)] AS sorte,
    (ARRAY['actif', 'plus_offert', 'retire'])
        [1 + width_bucket(pg_temp.hasard(n, 25), '{0.85,0.95}'::float8[])] AS statut
FROM (
    SELECT n::bigint AS n, 1 + pg_temp.entier(n, 20, 10) AS mot1,
        1 + pg_temp.entier(n, 21, 8) AS mot2, pg_temp.entier(n, 22, 400) AS serie,
        pg_temp.entier(n, 23, 40) AS categorie
    FROM generate_series(1, $produits) AS n
) AS tires;

CREATE TEMP TABLE px AS
SELECT p.n, p.code, v AS version, make_date(2023 + v, 4, 1) AS debut,
    round((20 + 900 * pg_temp.hasard(p.n, 26 + v))::numeric, 2) AS prix
FROM p, generate_series(1, 3) AS v;
