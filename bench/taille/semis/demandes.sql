INSERT INTO produits (code, sequence, libelle, sorte, statut, noyau, normalise, gamme,
    reserve_hauts_dirigeants, tarifs)
SELECT code, 1, libelle, sorte, statut, false, true, 'ordinaire', false, '{PRODUIT}' FROM p;

INSERT INTO prix (produit, debut, fin, version, prix)
SELECT code, debut, CASE WHEN version < 3 THEN (debut + interval '1 year')::date END, version, prix
FROM px;

INSERT INTO organismes (organisme, nom, adresse, interlocuteur, repondant, assujetti_rcti, taxable,
    approbation_par_autrui, actif, inactivites, profils_taxes, destinataire, annonce_le, version)
SELECT code, 'Ministère ' || code, rang || ', rue de l''Essai, Québec', qui, 'Répondant ' || code,
    true, false, false, true, '[]', '[{"debut": "2023-04-01", "taxable": false}]', qui,
    '2023-11-01', 1
FROM (SELECT rang, pg_temp.organisme(rang) AS code, jsonb_build_object('nom', 'Achats ' || rang,
        'courriel', 'achats-' || rang || '@exemple.qc.ca') AS qui
      FROM generate_series(1, $organismes) AS rang) AS o;

-- Vingt mandats par organisme, mille au plus gros : un registre se lit par pages.
CREATE TEMP TABLE m AS
SELECT row_number() OVER () AS n, pg_temp.organisme(rang) AS organisme
FROM generate_series(1, $organismes) AS rang,
    generate_series(1, CASE WHEN rang = 1 THEN 1000 ELSE 20 END) AS j;

INSERT INTO signataires (id, organisme, nom, sujet, courriel, familles, plafond, debut, fin, publie)
SELECT pg_temp.uuid_v5(n, 130), organisme, 'Signataire ' || n, 's-' || n, NULL,
    '{demandes_de_service,contrat_specifique}', NULL, '2023-11-01', NULL, true FROM m;

INSERT INTO substitutions (id, organisme, remplace_id, nom, sujet, debut, fin, publie)
SELECT pg_temp.uuid_v5(n, 131), organisme, pg_temp.uuid_v5(n, 130), 'Substitut ' || n, 'x-' || n,
    '2026-07-01', '2026-08-01', true FROM m WHERE n % 2 = 0;

INSERT INTO demandes (id, numero, organisme, sorte, demandeur, articles, faits, cree_le, etat,
    soumise_le, completee_le, completions, version, imputation)
SELECT d.id, d.numero, d.organisme, d.sorte, 'demandeur-' || d.n % 500,
    CASE WHEN d.livraison IS NULL THEN '[]' ELSE jsonb_build_array(jsonb_build_object(
        'id', d.article_id, 'site', d.site, 'produit', d.produit, 'livraison', d.livraison,
        'utilisateur_id', d.utilisateur, 'haut_dirigeant', false, 'travaux', '[]'::jsonb,
        'livre_le', CASE WHEN d.etat = 'completee' THEN d.finie_le END,
        'actif_id', CASE WHEN d.a_un_actif THEN d.actif_id END)) END,
    d.faits, d.cree_le, d.etat,
    CASE WHEN d.etat <> 'brouillon' THEN d.cree_le + interval '1 hour' END,
    CASE WHEN d.etat = 'completee' THEN d.finie_le END,
    CASE WHEN d.etat = 'completee' AND d.livraison IS NOT NULL
        THEN jsonb_build_object(pg_temp.uuid_v5(d.n, 119)::text, d.finie_le) ELSE '{}' END,
    1 + coalesce(poses.gestes, 0), CASE WHEN d.n % 3 = 0 THEN '2100-' || d.n % 90 END
FROM d LEFT JOIN (SELECT n, count(*)::integer AS gestes FROM g GROUP BY n) AS poses USING (n)
ORDER BY d.n;

SELECT setval('demande_numeros', $demandes + 1);

INSERT INTO gestes_poses (demande_id, acte_id, organisme, geste, annonce_le, survenu_le,
    enregistre_le, acteur, motif, article_id, articles, faits)
SELECT g.id, g.acte_id, g.organisme, g.geste, g.survenu_le, g.survenu_le, g.survenu_le,
    'agent-' || g.n % 50,
    CASE WHEN g.geste IN ('suspension', 'annulation', 'refus') THEN 'En attente du client.' END,
    CASE WHEN g.geste = 'livraison' THEN d.article_id END, '{}',
    CASE WHEN g.geste = 'soumission' THEN d.faits END
FROM g JOIN d USING (n) ORDER BY g.n;

INSERT INTO actifs (id, organisme, produit, demande_id, article_id, livre_le, utilisateur_id, site,
    etat, fin_le, nature, version)
SELECT actif_id, organisme, produit, id, article_id, finie_le, utilisateur, site,
    CASE WHEN n % 20 = 0 THEN 'recupere' WHEN n % 100 = 1 THEN 'perdu' ELSE 'en_service' END,
    CASE WHEN n % 20 = 0 OR n % 100 = 1 THEN (finie_le + interval '9 days')::date END,
    CASE WHEN n % 100 = 1 THEN 'vol' END, 1 + (n % 20 = 0 OR n % 100 = 1)::integer
FROM d WHERE a_un_actif;

INSERT INTO mouvements (actif_id, acte_id, organisme, mouvement, survenu_le, enregistre_le, acteur,
    nature, utilisateur_id, site)
SELECT actif_id, acte_id, organisme, 'livraison', finie_le, finie_le, 'agent', NULL, utilisateur,
    site FROM d JOIN g USING (n, organisme) WHERE a_un_actif AND geste = 'livraison'
UNION ALL
SELECT actif_id, pg_temp.uuid_v5(n, 140), organisme,
    CASE WHEN n % 20 = 0 THEN 'recuperation' ELSE 'perte' END, finie_le + interval '9 days',
    finie_le + interval '9 days', 'agent', CASE WHEN n % 100 = 1 THEN 'vol' END, NULL, NULL
FROM d WHERE a_un_actif AND (n % 20 = 0 OR n % 100 = 1);

INSERT INTO rectifications (agregat_id, acte_id, rang, organisme, survenu_le, motif, acteur,
    enregistre_le)
SELECT id, acte_id, 1, organisme, survenu_le - interval '1 hour', 'Erreur de saisie.', 'agent',
    survenu_le + interval '1 day'
FROM g WHERE geste = 'prise_en_charge' AND n % 50 = 0;

INSERT INTO abonnements_soutien (id, organisme, demande_id, debut, souscrit_le, fin, version)
SELECT pg_temp.uuid_v5(n, 150), organisme, id, finie_le::date, finie_le, NULL, 1
FROM d WHERE sorte = 'soutien_etendu' AND etat = 'completee';

-- Deux dates d'un aménagement sur dix : proposée et acceptée, puis proposée.
INSERT INTO ententes (id, demande_id, organisme, rang, date_convenue, proposee_par, auteur,
    proposee_le, motif, acceptee_le, acceptee_par)
SELECT pg_temp.uuid_v5(n, 155 + rang), id, organisme, rang, finie_le::date + rang, 'mcn',
    'agent-' || n % 50, cree_le + interval '1 day', CASE WHEN rang = 2 THEN 'Le mobilier.' END,
    CASE WHEN rang = 1 THEN cree_le + interval '2 days' END,
    CASE WHEN rang = 1 THEN 'gestionnaire-' || n % 500 END
FROM d CROSS JOIN generate_series(1, 2) AS rang
WHERE sorte = 'amenagement_utilisateur' AND etat = 'completee' AND n % 10 = 0;

-- Cinq interventions pour quatre incidents.
INSERT INTO interventions (organisme, id, incident_id, debut, annonce_le, minutes, deplacement,
    cloture, enregistre_le, survenu_le)
SELECT pg_temp.organisme_de(n - (n % 5 = 0)::integer, 50), pg_temp.uuid_v7(le, n, 151),
    pg_temp.uuid_v5(n - (n % 5 = 0)::integer, 152), le, le, 15 + pg_temp.entier(n, 51, 90), false,
    n % 5 <> 4, le, le
FROM (SELECT n::bigint AS n, pg_temp.instant(n, $interventions) AS le
      FROM generate_series(1, $interventions) AS n) AS i;

INSERT INTO usages (id, organisme, usage, periode, reference, acte_id, quantite, unite, fait_le,
    survenu_le, version)
SELECT pg_temp.uuid_v5(n, 153), pg_temp.organisme_de(n, 56),
    (ARRAY['stockage', 'transfert', 'calcul'])[1 + n % 3], to_char(le, 'YYYY-MM'), 'R-' || n,
    pg_temp.uuid_v5(n, 154), 1 + pg_temp.entier(n, 57, 500), 'unite', le::date, le, 1
FROM (SELECT n::bigint AS n, pg_temp.instant(n, $usages) AS le
      FROM generate_series(1, $usages) AS n) AS u;

INSERT INTO constats (usage_id, rang, organisme, acte_id, quantite, unite, fait_le, survenu_le,
    enregistre_le, acteur)
SELECT id, 1, organisme, acte_id, quantite, unite, fait_le, survenu_le, survenu_le, 'compteur'
FROM usages;

INSERT INTO actes_itsm (id, organisme, demande_id, geste, survenu_le, motif, travaux, recu_le, sort,
    raison)
SELECT 'itsm-' || acte_id, organisme, id, geste, survenu_le, NULL, '[]', survenu_le,
    (ARRAY['applique', 'differe', 'refuse', 'ecarte'])
        [1 + width_bucket(pg_temp.hasard(n, 52), '{0.98,0.985,0.995}'::float8[])], NULL
FROM g WHERE geste = 'livraison' AND n % 3 <> 0;

-- Un abonné par organisme, dix au plus gros, vingt au MCN (sans organisme).
CREATE TEMP TABLE w AS
SELECT row_number() OVER () AS n, pg_temp.organisme(rang) AS organisme
FROM generate_series(0, $organismes) AS rang,
    generate_series(1, CASE rang WHEN 0 THEN 20 WHEN 1 THEN 10 ELSE 1 END) AS j;

INSERT INTO webhooks (id, organisme, url, types, secrets, cree_le, etat, echecs, version)
SELECT pg_temp.uuid_v5(n, 160), nullif(organisme, 'ORG-000'), 'https://exemple.qc.ca/recu/' || n,
    '{}', '{}', '2024-01-01T12:00:00Z', CASE WHEN n % 10 = 0 THEN 'desactive' ELSE 'actif' END, 0, 1
FROM w;

INSERT INTO webhook_envois (webhook_id, evenement_id, organisme, type, cle, corps, etat, essais,
    prochain_essai, statut, livre_le)
SELECT pg_temp.uuid_v5(w.n, 160), pg_temp.uuid_v5(e.n, 161), nullif(w.organisme, 'ORG-000'),
    'poste.livré', pg_temp.uuid_v5(e.n, 162)::text,
    convert_to('{"specversion":"1.0","type":"poste.livré","id":"' || e.n || '"}', 'UTF8'),
    e.etat, 1, e.le, CASE WHEN e.etat = 'livre' THEN 200 END, CASE WHEN e.etat = 'livre' THEN e.le END
FROM (
    SELECT n, pg_temp.instant(n, $envois) AS le,
        CASE WHEN n % 3 = 0 THEN 'ORG-000' ELSE pg_temp.organisme_de(n, 53) END AS organisme,
        (ARRAY['livre', 'abandonne', 'a_envoyer'])
            [1 + width_bucket(pg_temp.hasard(n, 54), '{0.97,0.995}'::float8[])] AS etat
    FROM generate_series(1, $envois) AS n
) AS e JOIN (SELECT DISTINCT ON (organisme) n, organisme FROM w ORDER BY organisme, n) AS w
    USING (organisme)
ORDER BY e.n;
