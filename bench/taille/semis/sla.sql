INSERT INTO histoires (sujet, sujet_id, organisme, acte_id, type, survenu_le, enregistre_le, faits,
    attendues)
SELECT 'demande', g.id::text, g.organisme, g.acte_id, g.type, g.survenu_le, g.survenu_le,
    CASE WHEN g.geste = 'soumission' THEN d.faits || jsonb_build_object('sorte', d.sorte,
        'numero', d.numero, 'organisme', d.organisme, 'demande_id', d.id, 'imputation', NULL)
        ELSE jsonb_build_object('organisme', d.organisme, 'demande_id', d.id,
            'article_id', d.article_id) END,
    CASE WHEN g.geste = 'soumission' AND d.livraison IS NOT NULL THEN jsonb_build_array(
        jsonb_build_object('evenement', d.livraison, 'article_id', d.article_id)) ELSE '[]' END
FROM g JOIN d USING (n) ORDER BY g.n;

INSERT INTO rectifications (acte_id, organisme, rang, survenu_le)
SELECT acte_id, organisme, 3, survenu_le - interval '1 hour'
FROM g WHERE geste = 'prise_en_charge' AND n % 50 = 0;

INSERT INTO sujets (sorte, id, organisme, jusqua, a_rejouer)
SELECT 'demande', id::text, organisme, finie_le::date, false FROM d WHERE etat <> 'brouillon';

-- Une mesure par demande soumise : jugée si elle est finie, exclue une fois sur seize.
INSERT INTO mesures (id, organisme, sujet, sujet_id, numero, sorte, indicateur, fiche,
    fiche_version, horloge, delai, cible, verdict, raison, calendrier, j0, fin, jours, echeance,
    a_risque_le, reprise, heures, periode, exercice, exclue, signalee, examens)
SELECT pg_temp.uuid_v5(n, 190), organisme, 'demande', id::text, numero, sorte,
    (ARRAY['PT-1', 'PT-2', 'PT-3', 'PT-4', 'PT-5', 'PT-6'])[array_position(ARRAY['poste_physique',
        'poste_virtuel', 'logiciel', 'appareil_mobile', 'amenagement_utilisateur',
        'soutien_etendu'], sorte)],
    'POSTES', 1, 'jours_ouvrables', 10, 0.95, verdict, 'Jours ouvrables comptés.', '2015-1',
    cree_le::date, CASE WHEN jugee THEN finie_le END, CASE WHEN jugee THEN 5 END,
    CASE verdict WHEN 'en_cours' THEN cree_le::date + 14 END,
    CASE verdict WHEN 'en_cours' THEN cree_le::date + 12 END,
    CASE verdict WHEN 'en_cours' THEN pg_temp.uuid_v5(n, 191) END, 'csc',
    CASE WHEN jugee THEN to_char(finie_le, 'YYYY-MM') END,
    CASE WHEN jugee THEN extract(year FROM finie_le - interval '3 months') || '-'
        || extract(year FROM finie_le + interval '9 months') END,
    exclue, signalee, jsonb_build_array(jsonb_build_object('auteur', 'règle SLA-8',
        'condition', CASE n % 3 WHEN 0 THEN 'c' ELSE 'a' END, 'libelle', 'acquisition multiple',
        'preuve', 'acquisition_multiple : (demande.créée)', 'conclusion',
        CASE WHEN exclue THEN 'exclue' WHEN signalee THEN 'signalee' ELSE 'retenue' END))
FROM (
    SELECT d.*, etat = 'completee' AS jugee, pg_temp.hasard(n, 60) < 0.06 AS exclue,
        pg_temp.hasard(n, 60) > 0.995 AS signalee,
        CASE WHEN etat = 'completee'
            THEN CASE WHEN pg_temp.hasard(n, 61) < 0.92 THEN 'conforme' ELSE 'manquee' END
            WHEN etat IN ('refusee', 'annulee', 'redirigee') THEN 'non_mesuree'
            ELSE 'en_cours' END AS verdict
    FROM d WHERE etat <> 'brouillon'
) AS mesurees;

-- Une exclusion prononcée pour cinq cents mesures, une contestation pour mille; les deux tiers finies.
INSERT INTO exclusions (id, organisme, mesure_id, sujet, sujet_id, fiche, indicateur, condition,
    libelle, motif, preuve, prononcee_le, prononcee_par)
SELECT pg_temp.uuid_v5(n, 191), organisme, pg_temp.uuid_v5(n, 190), 'demande', id::text, 'POSTES',
    'PT-1', 'force_majeure', 'Force majeure', 'Verglas.', 'Avis 2026-114', finie_le, 'mesure-1'
FROM d WHERE etat = 'completee' AND n % 500 = 0;

INSERT INTO annulations (exclusion_id, organisme, motif, annulee_le, annulee_par)
SELECT id, organisme, 'Erreur.', prononcee_le, 'mesure-2' FROM exclusions
WHERE get_byte(uuid_send(id), 0) % 3 = 0;

INSERT INTO contestations (id, organisme, objet, objet_id, sujet, sujet_id, motif, ouverte_le,
    ouverte_par)
SELECT pg_temp.uuid_v5(n, 192), organisme, 'suspension', pg_temp.uuid_v5(n, 193), 'demande',
    id::text, 'Rien ne nous attendait.', finie_le, 'gestionnaire-1'
FROM d WHERE etat = 'completee' AND n % 1000 = 0;

INSERT INTO decisions (contestation_id, organisme, etat, motif, prise_le, prise_par)
SELECT id, organisme, CASE WHEN get_byte(uuid_send(id), 1) % 2 = 0 THEN 'acceptee'
    ELSE 'rejetee' END, 'Vérifié.', ouverte_le, 'mesure-1'
FROM contestations WHERE get_byte(uuid_send(id), 0) % 3 > 0;

-- Trois ans de pannes : deux par jour, une sur trois chez un seul organisme.
CREATE TEMP TABLE i AS
SELECT n, pg_temp.uuid_v5(n, 197) AS id, pg_temp.instant(n, 2000) AS debut,
    (ARRAY['messagerie', 'suite_bureautique', 'stockage', 'synchronisation_mobile',
        'visioconference'])[1 + n % 5] AS service,
    (ARRAY['panne', 'panne', 'maintenance', 'degradation'])[1 + n % 4] AS nature,
    CASE n % 3 WHEN 0 THEN ARRAY[pg_temp.organisme_de(n, 193)] ELSE '{}' END AS organismes
FROM generate_series(1, 2000) AS n;

INSERT INTO indisponibilites (id, version, service, nature, portee, organismes, sites, debut, fin,
    annulee, source)
SELECT id, 1, service, nature, CASE n % 3 WHEN 0 THEN 'organismes' ELSE 'tous' END, organismes,
    '{}', debut, CASE WHEN n < 1998 THEN debut + interval '40 minutes' END, n % 50 = 0, 'alarme'
FROM i;

INSERT INTO actes_indisponibilites (id, rang, geste, motif, auteur, le, service, nature, portee,
    organismes, sites, debut, fin)
SELECT i.id, 1, 'constat', 'Alarme.', 'alertmanager', i.debut, i.service, i.nature, d.portee,
    i.organismes, '{}', i.debut, d.fin FROM i JOIN indisponibilites AS d USING (id);

INSERT INTO actes_services (service, rang, libelle_avant, debut_avant, libelle, debut, motif, auteur,
    le)
SELECT code, rang, libelle, debut, libelle, debut, 'Daté de nouveau.', 'mesure-1',
    pg_temp.instant(rang, 2000)
FROM services CROSS JOIN generate_series(2, 200) AS rang;

INSERT INTO signalements (id, organisme, service, debut, fin, sites, description, etat,
    signale_par, signale_le, version)
SELECT pg_temp.uuid_v5(n, 194), pg_temp.organisme_de(n, 195), 'messagerie',
    pg_temp.instant(n, 5000), NULL, '{}', 'Muette.',
    CASE WHEN n > 4950 THEN 'signalee' ELSE 'ecartee' END, 'g-' || n % 300,
    pg_temp.instant(n, 5000), 1
FROM generate_series(1, 5000) AS n;

INSERT INTO alarmes_ecartees (id, empreinte, nom, raison, document, recue_le, revue_le, fois)
SELECT pg_temp.uuid_v5(n, 196), 'e' || n, 'ServiceMuet', 'Service inconnu.', '{}',
    pg_temp.instant(n, 500), pg_temp.instant(n, 500), 3
FROM generate_series(1, 500) AS n;

INSERT INTO minutes (indicateur, organisme, periode, id, exercice, fiche, fiche_version, cible,
    service, panne, service_ajuste, panne_ajuste, jusqua)
SELECT code, organisme, to_char(mois, 'YYYY-MM'), md5(code || organisme || mois)::uuid,
    extract(year FROM mois - interval '3 months') || '-'
        || extract(year FROM mois + interval '9 months'),
    'POSTES', 1, 0.99, 2592000, 6120, 1900000, 3600, (mois + interval '1 month')::date - 1
FROM (VALUES ('PT-4'), ('PT-5'), ('VI-7')) AS c(code),
    (SELECT '' UNION ALL SELECT pg_temp.organisme(rang)
     FROM generate_series(1, $organismes) AS rang) AS o(organisme),
    generate_series('2023-11-01'::timestamp, '2026-09-01', '1 month') AS mois;

-- Une alerte par mesure à risque ou manquée : une demande sur huit.
INSERT INTO alertes (id, organisme, nature, mesure_id, sujet, sujet_id, numero, indicateur, fiche,
    fiche_version, exclue, echeance, reprise, annoncee_le)
SELECT pg_temp.uuid_v5(n, 192), organisme, nature, pg_temp.uuid_v5(n, 190), 'demande', id::text,
    numero, 'PT-' || (1 + n % 6), 'POSTES', 1, false, cree_le::date + 14,
    CASE nature WHEN 'a_risque' THEN pg_temp.uuid_v5(n, 191) END, cree_le + interval '12 days'
FROM (SELECT d.*, CASE WHEN n % 3 = 0 THEN 'manquee' ELSE 'a_risque' END AS nature FROM d
    WHERE etat <> 'brouillon' AND n % 8 = 0) AS alertees;

-- Les mois finis sont fermés; une mesure sur deux cents y fut corrigée.
INSERT INTO fermetures (periode, exercice, fermee_le, fermee_par, manquants, jalons, empreinte)
SELECT DISTINCT periode, exercice, (periode || '-01')::date + interval '42 days', 'tache', '{}'::text[],
    '{}'::jsonb, ''
FROM comptes WHERE periode < '2026-08';

INSERT INTO comptes_fermes (indicateur, exercice, periode, organisme, unite, cible, verdict, exclue,
    signalee, conditions, nombre)
SELECT indicateur, exercice, periode, organisme, 'mesures', cible, verdict, exclue, signalee,
    conditions, nombre
FROM comptes JOIN fermetures USING (periode, exercice) WHERE nombre > 0;

INSERT INTO taux_fermes (periode, indicateur, organisme, exercice, libelle, unite, cible, empreinte)
SELECT DISTINCT periode, indicateur, organisme, exercice, indicateur, 'mesures', 0.95, ''
FROM comptes_fermes;

INSERT INTO mesures_fermees (mesure_id, periode, organisme, indicateur, sujet, sujet_id, numero, jugement)
SELECT id, periode, organisme, indicateur, sujet, sujet_id, numero, jsonb_build_object(
    'verdict', verdict, 'exclue', exclue, 'signalee', signalee, 'conditions', '[]'::jsonb,
    'cible', '0.95', 'delai', delai, 'j0', j0, 'fin', fin, 'jours', jours, 'fiche', fiche,
    'fiche_version', fiche_version, 'calendrier', calendrier)
FROM mesures JOIN fermetures USING (periode);

INSERT INTO corrections (mesure_id, periode, organisme, rang, indicateur, sujet, sujet_id, numero,
    exercice, avant, cause, corrigee_le)
SELECT mesure_id, periode, organisme, 1, indicateur, sujet, sujet_id, numero, exercice, jugement,
    'fait', fermee_le + interval '1 day'
FROM mesures_fermees JOIN fermetures USING (periode)
WHERE right(mesure_id::text, 2) = '00' OR right(mesure_id::text, 3) = '001';

-- Tous les rapports de chaque mois, établis d'un coup.
INSERT INTO executions_rapports (id, periode, demandee_le, demandee_par)
SELECT pg_temp.uuid_v5(m, 195), to_char(mois, 'YYYY-MM'), mois + interval '1 month', 'mesure-1'
FROM (SELECT m, timestamptz '2023-01-01' + m * interval '1 month' AS mois
    FROM generate_series(0, 43) AS m) AS executees;

INSERT INTO traitements_rapports (execution_id, organisme, empreinte, traite_le)
SELECT x.id, o.organisme, encode(sha256((x.periode || o.organisme)::bytea), 'hex'), x.demandee_le
FROM executions_rapports AS x
CROSS JOIN (SELECT DISTINCT organisme FROM sujets UNION SELECT '') AS o;

INSERT INTO rapports (periode, organisme, empreinte, etabli_le, provisoire, conserve_jusquau,
    document)
SELECT x.periode, t.organisme, t.empreinte, t.traite_le, false,
    (t.traite_le + interval '36 months')::date, '{}'
FROM traitements_rapports AS t JOIN executions_rapports AS x ON x.id = t.execution_id;

-- Trois recalculs; le dernier relit tous les sujets, et un verdict sur vingt bougerait.
INSERT INTO recalculs (id, sorte, nom, debut, candidat, empreinte, communs, demande_le, demande_par,
    acheve_le, intrants, taux)
SELECT pg_temp.uuid_v5(n, 199), 'calendrier', '2026-' || n, '2026-09-01', '{}', repeat('a', 64),
    repeat('b', 64), timestamptz '2026-10-01' + n * interval '1 day', 'mesure-1',
    timestamptz '2026-10-02' + n * interval '1 day', repeat('c', 64), '[]'
FROM generate_series(1, 3) AS n;

INSERT INTO sujets_recalcules (recalcul_id, sorte, sujet_id, organisme, faits, traite_le)
SELECT r.id, s.sorte, s.id, s.organisme, 4, r.acheve_le
FROM sujets AS s CROSS JOIN (SELECT id, acheve_le FROM recalculs ORDER BY id DESC LIMIT 1) AS r;

INSERT INTO verdicts_recalcules (recalcul_id, mesure_id, organisme, indicateur, sujet, sujet_id,
    numero, avant, apres, periode_avant, periode_apres, corrige, cause)
SELECT r.id, m.id, m.organisme, m.indicateur, m.sujet, m.sujet_id, m.numero,
    '{"verdict": "manquee", "jours": 11, "j0": "2026-09-01", "fin": "2026-09-18T20:00:00Z", "exclue": false, "conditions": [],
     "cible": "0.95", "fiche_version": 1, "calendrier": "2015-1"}',
    '{"verdict": "conforme", "jours": 11, "j0": "2026-09-01", "fin": "2026-09-18T20:00:00Z", "exclue": false, "conditions": [],
     "cible": "0.95", "fiche_version": 1, "calendrier": "2015-1"}',
    m.periode, m.periode, ARRAY[m.periode],
    'calendrier'
FROM mesures AS m CROSS JOIN (SELECT id FROM recalculs ORDER BY id DESC LIMIT 1) AS r
WHERE m.periode IS NOT NULL AND right(m.id::text, 1) = '0';

-- De même, une disponibilité d'un mois, de chaque organisme et de tous.
INSERT INTO verdicts_recalcules (recalcul_id, mesure_id, organisme, indicateur, sujet, sujet_id,
    avant, apres, periode_avant, periode_apres, corrige, cause)
SELECT r.id, md5(m.id::text)::uuid, m.organisme, m.indicateur, 'service', m.indicateur, d.durees,
    d.durees || '{"service": 2561400}', m.periode, m.periode, ARRAY[m.periode], 'indisponibilite'
FROM minutes AS m CROSS JOIN (SELECT id FROM recalculs ORDER BY id DESC LIMIT 1) AS r
CROSS JOIN LATERAL (SELECT jsonb_build_object('service', m.service, 'panne', m.panne,
    'service_ajuste', m.service_ajuste, 'panne_ajuste', m.panne_ajuste, 'cible', '0.99',
    'fiche', m.fiche, 'fiche_version', m.fiche_version) AS durees) AS d
WHERE m.periode = '2026-09' AND m.indicateur = 'VI-7';
