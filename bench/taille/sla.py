"""Les listes de sla, et ce qu'on leur demande."""

from typing import Final

from bench.taille.listes import INCONNU, SIENS, SOI, Liste

SLA: Final = (
    Liste("/v1/indicateurs", demandes=({"le": "2026-09-15"}, {"lu_par": SOI})),
    Liste("/v1/calendriers", demandes=({"annee": "2026"},)),
    Liste(
        "/v1/taux",
        ("indicateur", "exercice", "periode", "organisme"),
        demandes=(
            {"organisme": SOI},
            {"indicateur": "PT-1"},
            {"periode": "2026-09"},
            {"exercice": "2025-2026"},
            {"periode": "2026-09", "indicateur": "PT-1"},
            {"periode": "2019-09"},
        ),
    ),
    Liste("/v1/periodes", ("periode",), demandes=({"exercice": "2025-2026"},)),
    Liste(
        "/v1/corrections",
        ("periode", "mesure_id", "organisme", "rang"),
        demandes=(
            {"organisme": SOI},
            {"indicateur": "PT-1"},
            {"periode": "2026-01"},
            {"exercice": "2025-2026"},
            {"cause": "fait"},
            {"cause": "exclusion"},
            {"mesure": INCONNU},
        ),
    ),
    Liste(
        "/v1/mesures",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"sujet": f"SELECT sujet_id FROM mesures WHERE {SIENS} LIMIT 1"},
            {"sujet": INCONNU},
            {"indicateur": "PT-2"},
            {"periode": "2026-09"},
            {"verdict": "manquee"},
            {"verdict": "depassee"},
            {"exclue": "true"},
            {"signalee": "true"},
            {"numero": f"SELECT numero FROM mesures WHERE {SIENS} LIMIT 1"},
            {"numero": "D-2020-000001"},
            {"echeance_jusqua": "2020-01-01"},
            {"echeance_jusqua": "2027-01-01"},
            {"periode": "2026-09", "indicateur": "PT-1", "verdict": "manquee"},
        ),
    ),
    Liste(
        "/v1/alertes",
        ("annoncee_le", "id"),
        demandes=(
            {"organisme": SOI},
            {"nature": "manquee"},
            {"indicateur": "PT-2"},
            {"indicateur": "PT-99"},
            {"sujet": f"SELECT sujet_id FROM alertes WHERE {SIENS} LIMIT 1"},
            {"mesure": f"SELECT mesure_id FROM alertes WHERE {SIENS} LIMIT 1"},
            {"mesure": INCONNU},
        ),
    ),
    Liste(
        "/v1/exclusions",
        ("mesure_id", "condition", "rang"),
        demandes=(
            {"organisme": SOI},
            {"indicateur": "PT-2"},
            {"periode": "2026-09"},
            {"condition": "a"},
            {"condition": "zz"},
            {"etat": "annulee"},
            {"etat": "en_vigueur"},
        ),
    ),
    Liste(
        "/v1/contestations",
        ("ouverte_le", "id"),
        demandes=(
            {"organisme": SOI},
            {"etat": "ouverte"},
            {"etat": "rejetee"},
            {"objet": "suspension"},
            {"sujet": f"SELECT sujet_id FROM contestations WHERE {SIENS} LIMIT 1"},
            {"sujet": INCONNU},
        ),
    ),
)
RAPPORTS: Final = (
    Liste(
        "/v1/rapports",
        ("periode", "organisme", "empreinte"),
        demandes=({"organisme": SOI}, {"periode": "2026-08"}, {"periode": "2019-01"}),
    ),
    Liste("/v1/executions-rapports", ("id",), demandes=({"periode": "2026-08"},)),
    Liste(
        "/v1/executions-rapports/{execution_id}/rapports",
        ("organisme",),
        "SELECT id::text FROM executions_rapports ORDER BY id DESC LIMIT 1",
    ),
)
RECALCULS: Final = (
    Liste("/v1/recalculs", ("id",)),
    Liste(
        "/v1/recalculs/{recalcul_id}/verdicts",
        ("mesure_id", "organisme"),
        "SELECT id::text FROM recalculs ORDER BY id DESC LIMIT 1",
        demandes=({"indicateur": "PT-1"}, {"indicateur": "ZZ-9"}, {"organisme": SOI}),
    ),
)
DISPONIBILITES: Final = (
    Liste("/v1/services", ("code",)),
    Liste("/v1/services/{code}/actes", ("rang",), "SELECT 'messagerie'"),
    Liste(
        "/v1/indisponibilites",
        ("debut", "id"),
        demandes=(
            {"organisme": SOI},
            {"service": "messagerie"},
            {"service": "inconnu"},
            {"nature": "maintenance"},
            {"annulee": "true"},
            {"ouverte": "true"},
        ),
    ),
    Liste(
        "/v1/indisponibilites/{indisponibilite_id}/actes",
        ("rang",),
        objet="SELECT id::text FROM indisponibilites WHERE organismes = '{}' ORDER BY id LIMIT 1",
    ),
    Liste(
        "/v1/indisponibilites/signalements",
        ("id",),
        demandes=({"organisme": SOI}, {"etat": "signalee"}, {"service": "messagerie"}),
    ),
    Liste("/v1/indisponibilites/alarmes", ("id",)),
    Liste(
        "/v1/disponibilites",
        ("periode", "indicateur", "organisme"),
        demandes=({"organisme": SOI}, {"indicateur": "PT-4"}, {"periode": "2026-09"}),
    ),
)
