INSERT INTO organismes (organisme, nom, assujetti_rcti, sequence, inactivites)
SELECT pg_temp.organisme(rang), 'Ministère ' || rang, true, 1, '[]'
FROM generate_series(1, $organismes) AS rang;

INSERT INTO mandats (organisme, id, sujet, familles, debut, fin, sequence)
SELECT pg_temp.organisme(1 + n % $organismes), pg_temp.uuid_v5(n, 130), 's-' || n,
    '["demandes_de_service", "contrat_specifique"]', '2023-11-01', NULL, 1
FROM generate_series(0, 3999) AS n;

INSERT INTO fournisseurs (id, version, nom, neq, pays, personnes_ressources, lieux_hebergement,
    developpement_durable, accessibilite, conditions, annexe_modificative)
SELECT pg_temp.uuid_v5(n, 200), 1, 'Nuage ' || n || ' inc.', '1' || lpad(n::text, 9, '0'), 'CA',
    '[{"fonction": "soutien", "identifiant": "NB-204"}]',
    '[{"lieu": "Montréal", "zone": "quebec"}]', '[]', '', 'CG-' || n, 'AM-' || n
FROM generate_series(0, 499) AS n;

INSERT INTO ententes (id, numero, fournisseur_id, debut, fin)
SELECT pg_temp.uuid_v5(n, 201), 'EC-' || n, pg_temp.uuid_v5(n % 500, 200),
    make_date(2023 + n / 500, 4, 1), make_date(2026 + n / 500, 4, 1)
FROM generate_series(0, 1999) AS n;

-- Qui lit le Catalogue : de chaque organisme, celui des essais et vingt autres.
INSERT INTO acces_comptes (organisme, id, version, sujet, etat, motif, demande_le, decision,
    decidee_par, decidee_le, decidee_motif)
SELECT o, pg_temp.uuid_v5(rang * 100 + n, 220), 2,
    CASE WHEN n = 0 THEN 'demandeur@' || o ELSE 's-' || n END,
    CASE WHEN n % 10 = 9 THEN 'demande' ELSE 'accorde' END, 'Analyse',
    timestamptz '2026-01-05 14:00Z', CASE WHEN n % 10 < 9 THEN 'accordee' END,
    CASE WHEN n % 10 < 9 THEN 'courtier-1' END,
    CASE WHEN n % 10 < 9 THEN timestamptz '2026-01-06 14:00Z' END,
    CASE WHEN n % 10 < 9 THEN 'Représente' END
FROM generate_series(1, $organismes) AS rang, pg_temp.organisme(rang) AS o,
    generate_series(0, 20) AS n;
INSERT INTO admissibilites (organisme, rang, id, admissible, debut, decidee_par, decidee_le,
    decidee_motif)
SELECT pg_temp.organisme(rang), n, pg_temp.uuid_v5(rang * 10 + n, 221), n = 2,
    make_date(2024 + n, 4, 1), 'courtier-1', timestamptz '2024-01-05 14:00Z', 'Liste'
FROM generate_series(1, $organismes) AS rang, generate_series(1, 2) AS n;
INSERT INTO diffusion_inscriptions (organisme, id, version, sujet, courriel, inscrite_le)
SELECT pg_temp.organisme(rang), pg_temp.uuid_v5(rang * 100 + n, 222), 1, 's-' || n,
    's-' || n || '@essai.example', timestamptz '2026-01-07 14:00Z'
FROM generate_series(1, $organismes) AS rang, generate_series(1, 8) AS n;

INSERT INTO ententes_actes (entente_id, rang, acte, le, motif, par, pose_le)
SELECT pg_temp.uuid_v5(n, 201), r, (ARRAY['suspension', 'reprise'])[r],
    make_date(2026, 4 + 2 * r, 1), 'Dit', 'courtier-1', timestamptz '2026-03-01 14:00Z'
FROM generate_series(0, 1999, 4) AS n, generate_series(1, 2) AS r WHERE r = 1 OR n % 8 = 0;
INSERT INTO fournisseurs_documents (fournisseur_id, nature, version, reference, empreinte,
    en_vigueur_le, publie_par, publie_le)
SELECT pg_temp.uuid_v5(n, 200), nature, v, 'R-' || v, repeat('e', 64), make_date(2023 + v, 4, 1),
    'courtier-1', make_timestamptz(2023 + v, 3, 1, 13, 0, 0, 'UTC')
FROM generate_series(0, 499) AS n, generate_series(1, 3) AS v,
    unnest(ARRAY['conditions', 'annexe_modificative']) AS nature;
INSERT INTO preuves_securite (id, fournisseur_id, nature, titre, empreinte, datee_du, deposee_par,
    deposee_le)
SELECT pg_temp.uuid_v5(n * 10 + v, 223), pg_temp.uuid_v5(n, 200), 'rapport_audit', 'SOC 2',
    repeat('d', 64), make_date(2022 + v, 6, 30), 'courtier-1',
    make_timestamptz(2022 + v, 7, 30, 13, 0, 0, 'UTC')
FROM generate_series(0, 499) AS n, generate_series(1, 3) AS v;
INSERT INTO prestataires (id, version, nom, volets, debut)
SELECT pg_temp.uuid_v5(n, 224), 1, 'Prestataire ' || n,
    jsonb_build_array((ARRAY['migration', 'integration'])[1 + n % 2]), date '2024-04-01'
FROM generate_series(0, 299) AS n;

-- Chaque offre en trois versions et trois prix; une sur vingt n'est pas publiée.
INSERT INTO offres (id, fournisseur_id, version)
SELECT pg_temp.uuid_v5(n, 202), pg_temp.uuid_v5(n % 500, 200), 3
FROM generate_series(0, $offres - 1) AS n;
INSERT INTO offres_versions (offre_id, version, publiee, depuis, titre, categorie, description,
    entente_id, qualification, lieux_hebergement, recherche, retrait_le, retrait_motif)
SELECT pg_temp.uuid_v5(n, 202), v, n % 20 > 0, make_timestamptz(2023 + v, 4, 1, 13, 0, 0, 'UTC'),
    'Offre ' || n, (ARRAY['courriel', 'calcul', 'stockage', 'reseau', 'securite'])[1 + n % 5],
    'Une offre infonuagique.', pg_temp.uuid_v5(n % 2000, 201),
    CASE WHEN n % 10 = 0 THEN 'en_analyse' ELSE 'qualifiee' END,
    '[{"lieu": "Montréal", "zone": "quebec"}]',
    'offre ' || n || ' une offre infonuagique. nuage ' || n % 500 || ' inc.',
    CASE WHEN n % 50 = 1 THEN date '2026-08-01' END, CASE WHEN n % 50 = 1 THEN 'Fin de vie' END
FROM generate_series(0, $offres - 1) AS n, generate_series(1, 3) AS v;
INSERT INTO offres_prix (offre_id, version, en_vigueur_le, prix, prix_mensuel, publie_le,
    composantes, modalites)
SELECT pg_temp.uuid_v5(n, 202), v, make_date(2023 + v, 4, 1), 12.50, 12.50,
    make_timestamptz(2023 + v, 3, 1, 13, 0, 0, 'UTC'),
    '[{"code": "base", "prix": "12.50", "unite": "unite", "libelle": "Base",
       "periodicite": "mois"}]',
    '{"paiement": "par_periode", "indexation": null, "baisse_permise": false}'
FROM generate_series(0, $offres - 1) AS n, generate_series(1, 3) AS v;

INSERT INTO contrats (organisme, id, version, etat, fournisseur_id, entente_id, debut, duree_mois,
    montant, elements, empreinte_contrat, empreinte_annexe, empreinte_engagement, prepare_par,
    prepare_le, valide_par, valide_le, client_par, client_le, fournisseur_par, fournisseur_le,
    consigne_par, consigne_le, copie_due_le)
SELECT pg_temp.organisme_de(n, 70), pg_temp.uuid_v7(le, n, 203), 1 + rang,
    (ARRAY['prepare', 'valide', 'signe_client', 'signe'])[1 + rang],
    pg_temp.uuid_v5(offre % 500, 200), pg_temp.uuid_v5(offre % 2000, 201), le::date + 30, 24, 12000,
    jsonb_build_array(jsonb_build_object('offre_id', pg_temp.uuid_v5(offre, 202),
        'version_offre', 1, 'version_prix', 1,
        'modalites', '{"paiement": "par_periode", "indexation": null, "baisse_permise": false}'::jsonb,
        'composantes', '[{"code": "base", "prix": "12.50", "unite": "unite", "libelle": "Base",
            "quantites": [{"au_mois": 24, "du_mois": 1, "quantite": 40}],
            "periodicite": "mois"}]'::jsonb)),
    repeat('a', 64), repeat('b', 64), repeat('c', 64), 'courtier-1', le,
    CASE WHEN rang > 0 THEN 's-1' END, CASE WHEN rang > 0 THEN le + interval '1 day' END,
    CASE WHEN rang > 1 THEN 's-1' END, CASE WHEN rang > 1 THEN le + interval '2 days' END,
    CASE WHEN rang > 2 THEN 'F. Roy' END, CASE WHEN rang > 2 THEN le + interval '3 days' END,
    CASE WHEN rang > 2 THEN 'courtier-1' END, CASE WHEN rang > 2 THEN le + interval '3 days' END,
    CASE WHEN rang > 2 THEN le::date + 10 END
FROM (
    SELECT n::bigint AS n, pg_temp.instant(n, $contrats) AS le,
        pg_temp.entier(n, 72, $offres) AS offre,
        width_bucket(pg_temp.hasard(n, 71), '{0.03,0.05,0.08}'::float8[]) AS rang
    FROM generate_series(1, $contrats) AS n
) AS c;

-- Autant de dossiers que de contrats, à toutes les étapes, six actes chacun; un sur dix avisé.
INSERT INTO dossiers (organisme, id, version, titre, etat, etape, tour, ouvert_par, ouvert_le,
    avise, reserves)
SELECT pg_temp.organisme_de(n, 70), pg_temp.uuid_v7(le, n, 204), 7, 'Acquisition ' || n,
    (ARRAY['contrat_conclu', 'contrat_conclu', 'contrat_conclu', 'sans_suite', 'en_cours'])[1 + n % 5],
    1 + n % 5, 1, 's-1', le, n % 10 = 4, n % 50 = 9
FROM (
    SELECT n::bigint AS n, pg_temp.instant(n, $contrats) AS le FROM generate_series(1, $contrats) AS n
) AS d;
INSERT INTO dossiers_actes (organisme, dossier_id, rang, tour, geste, par, le, contenu)
SELECT pg_temp.organisme_de(n, 70), pg_temp.uuid_v7(le, n, 204), rang, 1, 'retour', 's-1',
    le + rang * interval '1 day', '{"etape": 1, "motif": "À revoir."}'
FROM (
    SELECT n::bigint AS n, pg_temp.instant(n, $contrats) AS le FROM generate_series(1, $contrats) AS n
) AS d, generate_series(1, 6) AS rang;
INSERT INTO dossiers_offres (organisme, dossier_id, offre_id)
SELECT pg_temp.organisme_de(n, 70), pg_temp.uuid_v7(le, n, 204),
    pg_temp.uuid_v5(pg_temp.entier(n, 72, $offres), 202)
FROM (
    SELECT n::bigint AS n, pg_temp.instant(n, $contrats) AS le FROM generate_series(1, $contrats) AS n
) AS d;
INSERT INTO dossiers_avis (organisme, dossier_id, offre_id, nature, version, le)
SELECT pg_temp.organisme_de(n, 70), pg_temp.uuid_v7(le, n, 204),
    pg_temp.uuid_v5(pg_temp.entier(n, 72, $offres), 202), 'prix', 2, le + interval '10 days'
FROM (
    SELECT n::bigint AS n, pg_temp.instant(n, $contrats) AS le FROM generate_series(1, $contrats) AS n
) AS d
WHERE n % 10 = 4;

INSERT INTO decret_596 (organisme, rang, oblige, depuis, motif, par, le)
SELECT pg_temp.organisme(rang), 1, rang % 2 = 0, '2023-04-01', 'Annexe du décret.', 'courtier-1',
    make_timestamptz(2023, 4, 1, 13, 0, 0, 'UTC')
FROM generate_series(1, $organismes) AS rang;
-- Ce qui suit les contrats conclus : la liste, la sortie, les évaluations, trois pièces chacun.
INSERT INTO contrats_conclus (contrat_id, version, client, client_nom, fournisseur_id,
    fournisseur_nom, solutions, categories, envergure_de, envergure_a, debut, fin)
SELECT c.id, 1, c.organisme, 'Ministère', c.fournisseur_id, 'Nuage inc.', '[]',
    ARRAY[(ARRAY['courriel', 'calcul', 'stockage', 'reseau', 'securite'])[
        1 + abs(hashtext(c.id::text)) % 5]],
    0, 25000, c.debut, (c.debut + make_interval(months => c.duree_mois))::date
FROM contrats AS c WHERE c.fournisseur_le IS NOT NULL;
INSERT INTO sorties (organisme, contrat_id, version, etat, fin, contenu)
SELECT client, contrat_id, 1,
    CASE WHEN fin < '2026-06-01' THEN 'achevee' ELSE 'a_planifier' END, fin,
    jsonb_build_object('contrat_id', contrat_id, 'organisme', client, 'version', 1, 'fin', fin)
FROM contrats_conclus;
INSERT INTO evaluations (organisme, id, version, nature, etat, contrat_id, fournisseur_id, annee,
    attendue_le, contenu)
SELECT client, pg_temp.uuid_v5(row_number() OVER (ORDER BY contrat_id), 210), 1, 'fin',
    CASE WHEN fin < '2026-06-01' THEN 'transmise' ELSE 'attendue' END, contrat_id, fournisseur_id,
    NULL, CASE WHEN fin < '2026-06-01' THEN NULL ELSE fin + 59 END, '{}'
FROM contrats_conclus;
INSERT INTO evaluations (organisme, id, version, nature, etat, contrat_id, fournisseur_id, annee,
    attendue_le, contenu)
SELECT client, pg_temp.uuid_v5(row_number() OVER (ORDER BY contrat_id, annee), 211), 1, 'annuelle',
    CASE WHEN annee = 2026 THEN 'demandee' ELSE 'rendue' END, contrat_id, fournisseur_id, annee,
    CASE WHEN annee = 2026 THEN '2026-10-31'::date END, '{}'
FROM contrats_conclus, generate_series(2025, 2026) AS annee;
INSERT INTO pieces (organisme, id, genre, contrat_id, titre, empreinte, datee_le, deposee_par,
    deposee_le)
SELECT client, pg_temp.uuid_v5(row_number() OVER (ORDER BY contrat_id, n), 212), 'choix',
    contrat_id, 'Pièce ' || n, repeat(n::text, 64), debut, 's-1', debut::timestamptz
FROM contrats_conclus, generate_series(1, 3) AS n;
INSERT INTO gels (organisme, id, version, contrat_id, du_courtier, motif, pose_par, pose_le)
SELECT organisme, pg_temp.uuid_v5(row_number() OVER (ORDER BY id), 213), 1, contrat_id, false,
    'Litige', 's-1', deposee_le
FROM pieces WHERE abs(hashtext(id::text)) % 60 = 0;
INSERT INTO demandes_de_pieces (organisme, id, version, contrat_id, piece_id, motif, demandee_par,
    demandee_le, due_le, attendue_le)
SELECT organisme, pg_temp.uuid_v5(row_number() OVER (ORDER BY id), 214), 1, contrat_id, id,
    'Suivi', 'courtier-1', deposee_le, datee_le + 7,
    CASE WHEN abs(hashtext(id::text)) % 5 = 0 THEN datee_le + 7 END
FROM pieces WHERE abs(hashtext(id::text)) % 10 = 0;
INSERT INTO differends (organisme, id, version, contrat_id, fournisseur_id, nature, objet, ferme,
    signale_depuis, contenu)
SELECT client, pg_temp.uuid_v5(row_number() OVER (ORDER BY contrat_id), 215), 1, contrat_id,
    fournisseur_id, 'differend', 'Objet', true, NULL, '{}'
FROM contrats_conclus WHERE abs(hashtext(contrat_id::text)) % 20 = 0;
INSERT INTO incidents (organisme, id, version, contrat_id, fournisseur_id, nature, etat,
    renseignements_personnels, avis_manquant, contenu)
SELECT client, pg_temp.uuid_v5(row_number() OVER (ORDER BY contrat_id), 216), 1, contrat_id,
    fournisseur_id, 'manquement', 'ouvert', false, false, '{}'
FROM contrats_conclus WHERE abs(hashtext(contrat_id::text)) % 20 = 1;
-- Ce qui se publie de chaque contrat signé : un sur cinquante est sous le seuil, un sur dix attend son
-- avis de conclusion; un avenant sur cinq contrats.
INSERT INTO publications_seao (organisme, id, version, requise, organisme_nom, fournisseur_id,
    fournisseur_nom, fournisseur_neq, entente, debut, conclu_le, montant, numero, indicateur,
    echeances, due_le)
SELECT c.organisme, c.id, 2, c.n % 50 > 0, 'Ministère', c.fournisseur_id, 'Nuage inc.',
    '1000000000', 'EC-1', c.debut, c.fournisseur_le, c.montant,
    CASE WHEN c.n % 10 > 0 THEN (20000000 + c.n)::text END,
    CASE WHEN c.n % 10 > 0 THEN 'aucun' END,
    CASE WHEN c.n % 50 > 0 THEN jsonb_build_array(jsonb_build_object('nature', 'seao_fin',
        'objet_id', c.id, 'due_le', c.debut + 820)) ELSE '[]' END,
    CASE WHEN c.n % 50 > 0 THEN CASE WHEN c.n % 10 > 0 THEN c.debut + 820 ELSE c.debut + 60 END END
FROM (
    SELECT *, row_number() OVER (ORDER BY id) AS n FROM contrats WHERE etat = 'signe'
) AS c;
INSERT INTO etapes_seao (organisme, contrat_id, id, rang, nature, montant, fin, le, consignee_par,
    consignee_le, avis_publie_le, avis_par, avis_le)
SELECT p.organisme, p.id, CASE rang WHEN 1 THEN p.id ELSE pg_temp.uuid_v5(p.n, 204) END, rang,
    CASE rang WHEN 1 THEN 'conclusion' ELSE 'avenant' END, p.montant * (1 + (rang - 1) * 0.05),
    p.debut + 730, p.conclu_le + (rang - 1) * interval '90 days', 'courtier-1',
    p.conclu_le + (rang - 1) * interval '90 days',
    CASE WHEN p.numero IS NOT NULL AND rang = 1 THEN p.conclu_le::date + 12 END,
    CASE WHEN p.numero IS NOT NULL AND rang = 1 THEN 's-1' END,
    CASE WHEN p.numero IS NOT NULL AND rang = 1 THEN p.conclu_le + interval '12 days' END
FROM (
    SELECT *, row_number() OVER (ORDER BY id) AS n FROM publications_seao
) AS p, generate_series(1, 1 + (p.n % 5 = 0)::int) AS rang;

-- La fin de chaque contrat; un sur quarante est résilié à mi-terme, un validé sur quatre est caduc.
UPDATE contrats SET fin = debut + make_interval(months => duree_mois), montant_courant = montant;
UPDATE contrats SET etat = 'caduc',
    caducite = jsonb_build_object('cause', 'dossier_change', 'depuis', valide_le)
WHERE etat = 'valide' AND abs(hashtext(id::text)) % 4 = 0;
UPDATE contrats SET resilie = true, fin = debut + 365,
    resiliation = jsonb_build_object('effet', debut + 365, 'motif', 'Regroupement.',
        'lettre', jsonb_build_object('piece_id', id, 'empreinte', repeat('d', 64),
            'datee_le', debut + 300),
        'consignee', jsonb_build_object('par', 's-1', 'le', fournisseur_le))
WHERE etat = 'signe' AND ('x' || right(id::text, 4))::bit(16)::int % 40 = 0;

-- De chaque contrat conclu : deux avenants, six commandes, huit factures, une copie due.
INSERT INTO avenants (organisme, id, version, numero, contrat_id, etat, texte, effet,
    autorisation_exigee, preparation)
SELECT organisme, gen_random_uuid(), 1, rang, id,
    CASE WHEN rang = 1 THEN 'abandonne' ELSE 'prepare' END,
    jsonb_build_object('objet', 'Plus.', 'accessoire', 'Le même.', 'empreinte', repeat('e', 64)),
    '{"changement": {"duree_mois": 30, "quantites": [], "ajoutes": []}, "avant": {"cents": 1200000},
      "apres": {"cents": 1500000}, "hors_quantites": {"cents": 300000}}'::jsonb,
    false, jsonb_build_object('par', 'courtier-1', 'le', fournisseur_le)
FROM contrats, generate_series(1, 2) AS rang WHERE etat = 'signe';
INSERT INTO bilans (organisme, contrat_id, version, commande, facture, consomme, signales, montant,
    depasse)
SELECT organisme, id, 14, 6000, 6400, 6800, '{}', 12000, false FROM contrats WHERE etat = 'signe';
INSERT INTO commandes (organisme, id, contrat_id, bon, datee_le, lignes, montant, facture,
    inscrite_par, inscrite_le)
SELECT organisme, gen_random_uuid(), id, 'BC-' || rang, debut + 30 * rang, '[]', 1000, 800, 's-1',
    fournisseur_le
FROM contrats, generate_series(1, 6) AS rang WHERE etat = 'signe';
INSERT INTO factures_fournisseur (organisme, id, contrat_id, numero, datee_le, montant, commande_id,
    inscrite_par, inscrite_le)
SELECT k.organisme, gen_random_uuid(), k.id, 'F-' || rang, k.debut + 30 * rang, 800, c.id, 's-1',
    k.fournisseur_le
FROM contrats AS k CROSS JOIN generate_series(1, 8) AS rang
LEFT JOIN commandes AS c ON c.contrat_id = k.id AND c.bon = 'BC-' || rang
WHERE k.etat = 'signe';
INSERT INTO obligations (organisme, id, nature, objet_id, contrat_id, due_le, ouverte_le, rappels,
    remplie_le, rappel_le)
SELECT organisme, gen_random_uuid(), nature, id, id,
    CASE nature WHEN 'copie' THEN copie_due_le ELSE fin END, fournisseur_le, '{}',
    CASE WHEN nature = 'copie' AND ('x' || right(id::text, 2))::bit(8)::int % 20 > 0
        THEN fournisseur_le + interval '3 days' END, NULL
FROM contrats, unnest(ARRAY['copie', 'sortie', 'seao_conclusion']) AS nature
WHERE etat = 'signe';

INSERT INTO commentaires (organisme, id, version, etat, nature, objet, objet_id, texte, par,
    recu_le, reponses)
SELECT pg_temp.organisme_de(n, 225), pg_temp.uuid_v5(n, 226), 1, 'recu', 'plainte_offre', 'offre',
    pg_temp.uuid_v5(n % $offres, 202), 'Trois pannes.', 's-1', timestamptz '2026-01-05 14:00Z', '[]'
FROM generate_series(0, 4999) AS n;
