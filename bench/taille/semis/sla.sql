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

-- Une alerte par mesure à risque ou manquée : une demande sur huit.
INSERT INTO alertes (id, organisme, nature, mesure_id, sujet, sujet_id, numero, indicateur, fiche,
    fiche_version, exclue, echeance, reprise, annoncee_le)
SELECT pg_temp.uuid_v5(n, 192), organisme, nature, pg_temp.uuid_v5(n, 190), 'demande', id::text,
    numero, 'PT-' || (1 + n % 6), 'POSTES', 1, false, cree_le::date + 14,
    CASE nature WHEN 'a_risque' THEN pg_temp.uuid_v5(n, 191) END, cree_le + interval '12 days'
FROM (SELECT d.*, CASE WHEN n % 3 = 0 THEN 'manquee' ELSE 'a_risque' END AS nature FROM d
    WHERE etat <> 'brouillon' AND n % 8 = 0) AS alertees;
