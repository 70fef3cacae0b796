-- Les demandes et leurs gestes, les mêmes pour chaque service qui les connaît.

CREATE TEMP TABLE d AS
SELECT
    n, id, organisme, cree_le, sorte, etat, suspendue, 'D-' || extract(year FROM cree_le)
        || '-' || lpad(n::text, 6, '0') AS numero,
    etat = 'completee' AND sorte NOT IN ('amenagement_utilisateur', 'soutien_etendu') AS a_un_actif,
    etat IN ('approuvee', 'refusee') AS a_approuver,
    CASE sorte
        WHEN 'poste_physique' THEN 'poste.livré' WHEN 'poste_virtuel' THEN 'poste_virtuel.installé'
        WHEN 'logiciel' THEN 'logiciel.installé' WHEN 'appareil_mobile' THEN 'appareil.synchronisé'
        WHEN 'amenagement_utilisateur' THEN 'aménagement.complété'
    END AS livraison,
    CASE WHEN sorte NOT IN ('amenagement_utilisateur', 'soutien_etendu')
        THEN 'P-' || lpad((1 + pg_temp.entier(n, 7, $produits))::text, 6, '0') END AS produit,
    pg_temp.uuid_v5(n, 101) AS article_id, pg_temp.uuid_v5(n, 102) AS actif_id,
    'Site ' || pg_temp.entier(n, 8, 40) AS site, 'u-' || pg_temp.entier(n, 9, 20000) AS utilisateur,
    cree_le + (3 + pg_temp.entier(n, 10, 12)) * interval '1 day' AS finie_le,
    jsonb_build_object(
        'approbation_requise', etat IN ('approuvee', 'refusee'), 'acquisition_multiple', h < 0.05,
        'configuration_normalisee', true, 'logiciel_payant', sorte = 'logiciel' AND h < 0.5,
        'gamme', CASE WHEN sorte LIKE 'poste%' THEN 'ordinaire' END) AS faits
FROM (
    SELECT
        n, cree_le, pg_temp.uuid_v7(cree_le, n, 100) AS id,
        pg_temp.organisme_de(n, 1) AS organisme, pg_temp.hasard(n, 4) < 0.08 AS suspendue,
        pg_temp.hasard(n, 5) AS h,
        -- Plus de la moitié laissent un actif au parc.
        (ARRAY['poste_physique', 'poste_virtuel', 'logiciel', 'appareil_mobile',
            'amenagement_utilisateur', 'soutien_etendu'])
            [1 + width_bucket(pg_temp.hasard(n, 3), '{0.36,0.41,0.51,0.555,0.96}'::float8[])]
            AS sorte,
        -- Seules les plus récentes courent encore : un organisme en a un nombre borné (DEM-2).
        CASE WHEN n <= $demandes * 0.97
            THEN (ARRAY['completee', 'annulee', 'refusee', 'redirigee'])
                [1 + width_bucket(pg_temp.hasard(n, 2), '{0.93,0.98,0.99}'::float8[])]
            ELSE (ARRAY['brouillon', 'creee', 'approuvee', 'prise_en_charge', 'suspendue'])
                [1 + width_bucket(pg_temp.hasard(n, 2), '{0.15,0.40,0.45,0.85}'::float8[])]
        END AS etat
    FROM (SELECT n::bigint AS n, pg_temp.instant(n, $demandes) AS cree_le
          FROM generate_series(1, $demandes) AS n) AS rangs
) AS tirees;

-- Trois millions de gestes pour un million de demandes; `type` : l'événement qui le dit.
CREATE TEMP TABLE g AS
SELECT
    d.n, d.id, d.organisme, k.geste, pg_temp.uuid_v5(d.n, 110 + k.rang) AS acte_id,
    CASE WHEN k.geste = 'livraison' THEN d.livraison ELSE k.type END AS type,
    CASE WHEN k.rang = 9 THEN d.finie_le ELSE d.cree_le + k.apres END AS survenu_le
FROM d CROSS JOIN (VALUES
    (1, 'soumission', 'demande.créée', interval '1 hour'),
    (2, 'approbation', 'demande.approuvée', interval '3 hours'),
    (3, 'refus', 'demande.refusée', interval '3 hours'),
    (4, 'prise_en_charge', 'demande.prise_en_charge', interval '5 hours'),
    (5, 'suspension', 'demande.suspendue', interval '9 hours'),
    (6, 'reprise', 'demande.reprise', interval '26 hours'),
    (7, 'redirection', 'demande.redirigée', interval '30 hours'),
    (8, 'annulation', 'demande.annulée', interval '31 hours'),
    (9, 'livraison', NULL, NULL)
) AS k (rang, geste, type, apres)
WHERE CASE k.rang
    WHEN 1 THEN d.etat <> 'brouillon'
    WHEN 2 THEN d.etat = 'approuvee'
    WHEN 3 THEN d.etat = 'refusee'
    WHEN 4 THEN d.etat IN ('prise_en_charge', 'suspendue', 'completee', 'redirigee')
    WHEN 5 THEN d.etat = 'suspendue' OR (d.suspendue AND d.etat IN ('prise_en_charge', 'completee'))
    WHEN 6 THEN d.suspendue AND d.etat IN ('prise_en_charge', 'completee')
    WHEN 7 THEN d.etat = 'redirigee'
    WHEN 8 THEN d.etat = 'annulee'
    WHEN 9 THEN d.etat = 'completee' AND d.livraison IS NOT NULL
END;

ANALYZE d;
ANALYZE g;
