INSERT INTO clients (organisme, sequence, nom, adresse, destinataire, courriel, profils)
SELECT pg_temp.organisme(rang), 1, 'Ministère ' || rang, rang || ', rue de l''Essai, Québec',
    'Camille Tremblay', 'c@exemple.qc.ca', '[{"debut": "2023-04-01", "taxable": false}]'
FROM generate_series(1, $organismes) AS rang;

INSERT INTO produits (code, sequence, depuis, libelle, tarifs)
SELECT code, 1, '2023-10-01T12:00:00Z', libelle, '{PRODUIT}' FROM p;
INSERT INTO prix (produit, version, debut, prix) SELECT code, version, debut, prix FROM px;

INSERT INTO demandes (organisme, demande_id, numero)
SELECT organisme, id, numero FROM d WHERE etat <> 'brouillon';

-- Chaque actif, à son rang parmi ceux de son organisme.
CREATE TEMP TABLE a AS
SELECT d.n, d.organisme, d.actif_id, d.actif_id::text AS source, d.id, d.produit, d.site, d.numero,
    d.article_id, d.utilisateur, d.livraison AS type, d.finie_le, g.acte_id,
    d.finie_le::date AS debut, n % 20 = 0 AS recupere,
    row_number() OVER (PARTITION BY d.organisme ORDER BY n) AS k
FROM d JOIN g USING (n, organisme) WHERE d.a_un_actif AND g.geste = 'livraison';
ANALYZE a;

INSERT INTO faits (organisme, acte_id, source, type, produit, donnees)
SELECT organisme, acte_id, source, type, produit, jsonb_build_object(
    'perd', false, 'role', 'commence', 'type', type, 'effet', NULL, 'source', source,
    'tarife', false, 'acte_id', acte_id, 'reprend', false, 'transmet', false,
    'organisme', organisme, 'survenu_le', to_char(finie_le, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'faits', jsonb_build_object('site', site, 'produit', produit, 'actif_id', source, 'quantite', 1,
        'organisme', organisme, 'article_id', article_id, 'demande_id', id, 'imputation', NULL,
        'utilisateur_id', utilisateur))
FROM a;
INSERT INTO faits (organisme, acte_id, source, type, produit, donnees)
SELECT organisme, pg_temp.uuid_v5(n, 140), source, 'actif.récupéré', NULL, jsonb_build_object(
    'perd', false, 'role', 'finit', 'type', 'actif.récupéré', 'effet', debut + 9, 'source', source,
    'tarife', false, 'acte_id', pg_temp.uuid_v5(n, 140), 'reprend', false, 'transmet', false,
    'organisme', organisme,
    'survenu_le', to_char(finie_le + interval '9 days', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'faits', jsonb_build_object('actif_id', source, 'organisme', organisme))
FROM a WHERE recupere;

INSERT INTO abonnements (organisme, source, tarif, produit, quantite, debut, fin, evenement,
    evenement_de_fin)
SELECT organisme, source, 'PRODUIT', produit, 1, debut, CASE WHEN recupere THEN debut + 9 END,
    acte_id, CASE WHEN recupere THEN pg_temp.uuid_v5(n, 140) END
FROM a;

-- Trente-six mois de factures; les lignes suivent le parc de chacun, jusqu'au nombre voulu.
CREATE TEMP TABLE f AS
SELECT organisme, periode, debut, exercice, lignes,
    exercice || '-' || lpad(row_number() OVER (PARTITION BY exercice ORDER BY debut, organisme)::text,
        6, '0') AS numero
FROM (
    SELECT parc.organisme, to_char(mois, 'YYYY-MM') AS periode, mois::date AS debut,
        extract(year FROM mois - interval '3 months') || '-'
            || extract(year FROM mois + interval '9 months') AS exercice,
        greatest(1, least(parc.actifs,
            round(parc.actifs::numeric * $lignes / (36 * parc.tous))::integer)) AS lignes
    FROM (SELECT organisme, count(*) AS actifs, sum(count(*)) OVER () AS tous
          FROM a GROUP BY organisme) AS parc,
        generate_series('2023-11-01'::timestamp, '2026-10-01', interval '1 month') AS mois
) AS dues;

INSERT INTO factures (organisme, periode, nature, numero, emise_le, nombre_lignes,
    total_avant_taxes, tps, tvq, total, entete, empreinte)
SELECT organisme, periode, 'facture', numero, emise, lignes, total, 0, 0, total,
    jsonb_build_object('tps', '0.00', 'tvq', '0.00', 'taxes', '[]'::jsonb, 'total', total::text,
        'nature', 'facture', 'numero', numero, 'periode', periode, 'echeance', emise + 30,
        'emise_le', emise, 'organisme', organisme, 'total_avant_taxes', total::text,
        'modalites', 'Payez par virement.', 'emetteur', jsonb_build_object(
            'nom', 'Ministère de la Cybersécurité et du Numérique', 'service', 'Facturation',
            'courriel', 'facturation.sbg@exemple.gouv.qc.ca', 'telephone', NULL,
            'numero_tps', NULL, 'numero_tvq', NULL),
        'destinataire', jsonb_build_object('nom', 'Ministère', 'adresse', 'Québec',
            'personne', 'Camille Tremblay', 'courriel', 'c@exemple.qc.ca')),
    encode(sha256(convert_to(numero, 'UTF8')), 'hex')
FROM (SELECT *, (debut + interval '1 month 2 days')::date AS emise, lignes * 147.00 AS total
      FROM f) AS emises;

INSERT INTO lignes (organisme, periode, rang, source, tarif, nature, debut, cle, montant, tps, tvq,
    ajustement, actes, donnees)
SELECT f.organisme, f.periode, a.k, a.source, 'PRODUIT', 'abonnement', f.debut, '', 147.00, 0, 0, 0,
    ARRAY[a.acte_id], jsonb_build_object('rang', a.k, 'nature', 'abonnement', 'source', a.source,
        'demande', a.numero, 'site', a.site, 'imputation', NULL,
        'evenements', jsonb_build_array(a.acte_id), 'produit', a.produit, 'produit_libelle', 'Poste',
        'tarif', 'PRODUIT', 'libelle', 'Produit au ROPN', 'fiche', 'POSTES', 'version_fiche', 1,
        'version_prix', NULL, 'periode', f.periode, 'debut', f.debut,
        'fin', (f.debut + interval '1 month')::date, 'quantite', '1', 'prix_unitaire', '147.00',
        'majoration', '0', 'calcul', '147,00 $$', 'regularisation', false, 'taux_tps', '0',
        'taux_tvq', '0', 'ajustement', '0.00', 'ajustements', '[]'::jsonb, 'deja_facture', '0.00',
        'montant', '147.00')
FROM f JOIN a ON a.organisme = f.organisme AND a.k <= f.lignes
ORDER BY f.debut, f.organisme, a.k;

INSERT INTO ajustements (id, organisme, numero, rang, source, tarif, nature, debut, cle, actes,
    montant, motif, decide_le, decide_par)
SELECT pg_temp.uuid_v5(a.n, 170 + j), f.organisme, f.numero, a.k, a.source, 'PRODUIT', 'abonnement',
    f.debut, '', ARRAY[a.acte_id], -1.00, 'Poste hors d''usage.',
    f.debut + interval '40 days' + j * interval '1 minute', 'facturation-1'
FROM f JOIN a ON a.organisme = f.organisme AND a.k <= least(f.lignes, 100), generate_series(1, 2) AS j
WHERE f.periode = '2026-09';

INSERT INTO lignes_en_attente (organisme, source, tarif, nature, cle, depuis, motif, evenements,
    signalee_le, levee_le)
SELECT organisme, source, 'PRODUIT', 'abonnement', '', debut, 'Aucun prix ne vaut ce jour-là.',
    ARRAY[acte_id], finie_le + interval '1 hour',
    CASE WHEN n % 5 <> 0 THEN finie_le + interval '9 days' END
FROM a WHERE n % 4 = 0;

INSERT INTO imputations (id, organisme, source, code, debut, dite_le, dite_par)
SELECT pg_temp.uuid_v5(n, 190 + j), organisme, source, '2100-' || k % 40, debut + 30 * j,
    finie_le + j * interval '30 days', 'gestionnaire-1'
FROM a, generate_series(1, 2) AS j WHERE n % 4 = 1;

INSERT INTO ecartements (organisme, source, tarif, nature, cle, depuis, attente, evenements, motif,
    ecartee_le, ecartee_par)
SELECT organisme, source, 'PRODUIT', 'acte', acte_id::text, debut, 'Aucun prix ne vaut ce jour-là.',
    ARRAY[acte_id], 'Prêté.', finie_le + interval '9 days', 'facturation-1'
FROM a WHERE n % 50 = 0;

-- Chaque mois, un lot de communications tarifées; quelques-uns attendent une seconde personne.
CREATE TEMP TABLE lots AS
SELECT *, row_number() OVER (ORDER BY debut, organisme) AS n FROM f;
INSERT INTO decisions (id, nature, organisme, tarif, montant, lignes, etat, proposee_le, proposee_par)
SELECT pg_temp.uuid_v5(n, 190), 'lot', organisme, 'COMMUNICATIONS', 60 * 4.25, 60,
    CASE WHEN n % 200 = 0 THEN 'a_confirmer' ELSE 'appliquee' END,
    debut + interval '33 days', 'facturation-1'
FROM lots;
INSERT INTO saisies (id, decision_id, rang, organisme, tarif, montant, fait_le, periode, motif,
    reference, empreinte, etat)
SELECT pg_temp.uuid_v5(n * 60 + j, 191), pg_temp.uuid_v5(n, 190), j, organisme, 'COMMUNICATIONS', 4.25,
    debut + 11, periode, 'Interurbains.', 'B-' || n || '-' || j,
    encode(sha256(convert_to(n || '-' || j, 'UTF8')), 'hex'),
    CASE WHEN n % 200 = 0 THEN 'a_confirmer' ELSE 'appliquee' END
FROM lots, generate_series(1, 60) AS j;

INSERT INTO executions (id, periode, organisme, demandee_le, demandee_par)
SELECT pg_temp.uuid_v5(row_number() OVER (ORDER BY periode), 180), periode, NULL,
    min(debut) + interval '1 month 2 days', 'facturation-1' FROM f GROUP BY periode;
INSERT INTO traitements (execution_id, organisme, etat, numero, total)
SELECT e.id, f.organisme, 'emise', f.numero, f.lignes * 147.00
FROM executions AS e JOIN f USING (periode);
INSERT INTO approbations (id, organisme, periode, empreinte, instantane, jalons, client, lignes,
    total, approuvee_le, approuvee_par)
SELECT pg_temp.uuid_v5(row_number() OVER (ORDER BY periode, organisme), 185), organisme, periode,
    encode(sha256(convert_to(numero, 'UTF8')), 'hex'), '100:100:', '{}', jsonb_build_object(
        'organisme', organisme, 'sequence', 1, 'nom', 'Ministère', 'adresse', 'Québec',
        'destinataire', 'Camille Tremblay', 'courriel', 'c@exemple.qc.ca', 'profils', '[]'::jsonb),
    lignes, lignes * 147.00, debut + interval '1 month 1 day', 'facturation-1'
FROM f;

-- Trois lignes contestées de chaque document, deux échanges, deux pièces et une d'il y a neuf ans; le
-- dernier mois est en cours, une autre sur trois a fini il y a neuf ans.
CREATE TEMP TABLE c AS
SELECT pg_temp.uuid_v5(row_number() OVER (ORDER BY periode, organisme), 190) AS id,
    row_number() OVER (ORDER BY periode, organisme) AS suite, f.*,
    debut + interval '40 days' AS ouverte_le, periode >= '2026-09' AS ouverte
FROM f WHERE lignes >= 3;
INSERT INTO contestations (id, organisme, numero, etat, motif, tardive, ouverte_le, ouverte_par,
    echeance, rappel_le, finie_le, version)
SELECT id, organisme, numero,
    CASE WHEN ouverte THEN 'en_examen' WHEN debut < '2026-01-01' THEN 'rejetee' ELSE 'retiree' END,
    'Poste hors d''usage.', false, ouverte_le, 'gestionnaire-1',
    CASE WHEN ouverte THEN ouverte_le::date + 30 END, CASE WHEN ouverte THEN ouverte_le::date + 23 END,
    CASE WHEN NOT ouverte THEN ouverte_le + interval '2 days' - suite % 3 / 2 * interval '9 years' END, 3
FROM c;
INSERT INTO lignes_contestees (contestation_id, rang, organisme, numero, motif, montant, accorde, ouverte)
SELECT id, k, organisme, numero, 'Poste hors d''usage.', 147.00, CASE WHEN NOT ouverte THEN 0 END, ouverte
FROM c, generate_series(1, 3) AS k;
INSERT INTO echanges (contestation_id, rang, organisme, geste, le, par, texte)
SELECT id, k, organisme, CASE k WHEN 1 THEN 'examen' ELSE 'rejet' END,
    ouverte_le + k * interval '1 day', 'facturation-1', 'Vu le billet.'
FROM c, generate_series(1, 2) AS k WHERE k = 1 OR NOT ouverte;
INSERT INTO pieces (contestation_id, empreinte, organisme, nom, genre, taille, versee_le, versee_par, contenu)
SELECT id, encode(sha256(convert_to(id::text || k, 'UTF8')), 'hex'), organisme, 'billets.csv', 'csv', 20,
    ouverte_le + k * interval '1 hour' - k / 3 * interval '9 years', 'gestionnaire-1',
    'billet;jours'::bytea
FROM c, generate_series(1, 3) AS k;
INSERT INTO validations (organisme, numero, validee_le, validee_par)
SELECT organisme, numero, debut + interval '45 days', 'gestionnaire-1' FROM f WHERE lignes < 3;
INSERT INTO arretes (organisme, avant) SELECT DISTINCT organisme, '2026-11-01'::date FROM f;
INSERT INTO compteurs (nature, exercice, dernier)
SELECT 'facture', exercice, count(*) FROM f GROUP BY exercice;

-- Chaque facture d'avant juillet est payée en deux fois, l'une laissant un crédit.
CREATE TEMP TABLE r AS
SELECT f.organisme, f.numero, f.lignes * 147.00 AS total, j,
    (f.debut + interval '2 months')::date + j AS le,
    pg_temp.uuid_v7(f.debut + interval '2 months', row_number() OVER (ORDER BY f.numero, j), 190)
        AS id
FROM f, generate_series(1, 2) AS j WHERE f.debut < '2026-07-01';
INSERT INTO reglements (id, organisme, le, reference, montant, inscrit_le, inscrit_par)
SELECT id, organisme, le, 'VIR-' || numero || '-' || j, total / 2 + (j - 1), le + interval '16 hours',
    'facturation-1' FROM r;
INSERT INTO acquittements (reglement_id, rang, organisme, numero, montant, le, inscrit_le,
    inscrit_par)
SELECT id, 1, organisme, numero, total / 2, le, le + interval '16 hours', 'facturation-1' FROM r;

-- Dix simulations de tous par le MCN, six de chaque organisme; douze mois, vingt tarifs.
INSERT INTO simulations (id, organisme, vise, effet, premier, dernier, hypothese, instantane,
    demandee_le, demandee_par, terminee_le, empreinte)
SELECT pg_temp.uuid_v5(row_number() OVER (ORDER BY organisme, n), 190), organisme,
    nullif(organisme, ''), '2026-12-01', '2026-12', '2027-11', '{"fiches": [], "prix": []}',
    '100:100:', '2026-10-01T12:00:00Z'::timestamptz + n * interval '1 hour', 'agent',
    '2026-10-01T13:00:00Z'::timestamptz + n * interval '1 hour', encode(sha256('x'), 'hex')
FROM (SELECT '' AS organisme, n FROM generate_series(1, 10) AS n
      UNION ALL SELECT organisme, n FROM clients, generate_series(1, 6) AS n) AS demandees;
INSERT INTO volets (simulation_id, vise, organisme, etat, traite_le, facture, avant, apres, touches,
    statu_quos, empreinte)
SELECT s.id, c.organisme, s.organisme, 'fait', s.terminee_le, 0, 240 * 147.00, 240 * 160.00,
    '{"POSTE-03": 12}', '[]', encode(sha256('x'), 'hex')
FROM simulations AS s JOIN clients AS c ON s.vise IS NULL OR c.organisme = s.vise;
INSERT INTO chiffres (simulation_id, vise, periode, tarif, organisme, facture, avant, apres)
SELECT simulation_id, vise, to_char(mois, 'YYYY-MM'), 'POSTE-' || lpad(t::text, 2, '0'), organisme,
    0, 147.00, 160.00
FROM volets, generate_series('2026-12-01'::timestamp, '2027-11-01', interval '1 month') AS mois,
    generate_series(1, 20) AS t;
INSERT INTO budgets (organisme, exercice, version, montant, dit_le, dit_par)
SELECT organisme, (2020 + n) || '-' || (2021 + n), v, 250000.00,
    '2026-10-01T12:00:00Z'::timestamptz + v * interval '1 hour', 'gestionnaire-1'
FROM clients, generate_series(1, 7) AS n, generate_series(1, 3) AS v;
