"""Ce que montre chaque tableau; les seuils sont ceux des alertes et des cibles."""

from typing import Final

from outils.tableaux.modele import Panneau, Tableau

SERVICES: Final = ("catalogue", "demandes", "facturation", "sla", "courtier")
_CALME: Final = "rien n'y va mal"

DIRECTION: Final = Tableau(
    "sbg-direction",
    "SBG – Direction",
    "Les taux contre leurs cibles, les demandes, ce qui se facture, le Courtier.",
    (
        (
            "Niveaux de service, mois qui court",
            (
                Panneau(
                    "Taux ajusté, par indicateur", "max by (indicateur) (sbg_sla_taux_ajuste)",
                    "{{indicateur}}", "percentunit", "bargauge",
                ),
                Panneau(
                    "Écart à la cible (négatif : sous la cible)",
                    "max by (indicateur) (sbg_sla_taux_ajuste) - max by (indicateur)"
                    " (sbg_sla_cible)",
                    "{{indicateur}}", "percentunit", "bargauge", 0, croissant=False,
                ),
                Panneau(
                    "Mesures finies ce mois-ci", "max by (indicateur) (sbg_sla_mesurees)",
                    "{{indicateur}}", genre="bargauge",
                ),
            ),
        ),
        (
            "Demandes",
            (
                Panneau(
                    "En cours, par état", "max by (etat) (sbg_demandes_en_cours)", "{{etat}}"
                ),
                Panneau(
                    "Soumises et pas finies, par âge", "max by (tranche) (sbg_demandes_par_age)",
                    "{{tranche}}", genre="bargauge",
                ),
                Panneau(
                    "La plus vieille, par état",
                    "max by (etat) (sbg_demandes_age_maximal_secondes)",
                    "{{etat}}", "s", "bargauge",
                ),
            ),
        ),
        (
            "Facturation",
            (
                Panneau(
                    "Facturé avant taxes, par mois",
                    "max by (periode) (sbg_facturation_avant_taxes_dollars)",
                    "{{periode}}", "suffix: $", "bargauge",
                ),
                Panneau(
                    "Documents émis, par mois", "max by (periode) (sbg_facturation_documents)",
                    "{{periode}}", genre="bargauge",
                ),
                Panneau(
                    "Organismes dont le dernier mois n'est pas émis",
                    "max by (periode) (sbg_facturation_a_emettre)",
                    "{{periode}}", genre="stat", alarme=1,
                ),
            ),
        ),
        (
            "Courtier en infonuagique",
            (
                Panneau(
                    "Dossiers en cours, par étape", "max by (etape) (sbg_courtier_dossiers)",
                    "Étape {{etape}}", genre="bargauge", largeur=12,
                ),
                Panneau(
                    "Signatures attendues, obligations en retard",
                    "max by (rubrique) (sbg_courtier_en_attente)",
                    "{{rubrique}}", genre="bargauge", largeur=12,
                ),
            ),
        ),
    ),
)  # fmt: skip

CSC: Final = Tableau(
    "sbg-csc",
    "SBG – Centre de service",
    "Les files, ce qui risque de manquer sa cible, ce que l'ITSM a laissé en souffrance.",
    (
        (
            "Files",
            (
                Panneau(
                    "À prendre en charge",
                    'sum(max by (etat) (sbg_demandes_en_cours{etat="approuvee"})) or vector(0)',
                    "approuvées", genre="stat",
                ),
                Panneau(
                    "En main, par état",
                    "max by (etat)"
                    ' (sbg_demandes_en_cours{etat=~"creee|prise_en_charge|suspendue"})',
                    "{{etat}}", genre="bargauge",
                ),
                Panneau(
                    "Par sorte", "max by (sorte) (sbg_demandes_par_sorte)", "{{sorte}}",
                    genre="bargauge",
                ),
            ),
        ),
        (
            "À risque",
            (
                Panneau(
                    "L'échéance approche", "max by (indicateur) (sbg_sla_a_risque)",
                    "{{indicateur}}", genre="bargauge",
                ),
                Panneau(
                    "L'échéance est passée", "max by (indicateur) (sbg_sla_en_retard)",
                    "{{indicateur}}", genre="bargauge", alarme=1,
                ),
                Panneau(
                    "Indisponibilités ouvertes, signalements à trancher",
                    'max by (__name__) ({__name__=~"sbg_sla_indisponibilites_ouvertes'
                    '|sbg_sla_signalements"})',
                    "{{__name__}}", genre="stat",
                ),
            ),
        ),
        (
            "Ce qui attend quelqu'un",
            (
                Panneau(
                    "Actes de l'ITSM différés", "max(sbg_demandes_actes_differes)", "différés",
                    genre="stat", alarme=1,
                ),
                Panneau(
                    "Actes de l'ITSM refusés", "max(sbg_demandes_actes_refuses)", "refusés",
                    genre="stat", alarme=1,
                ),
                Panneau(
                    "Incidents de soutien ouverts", "max(sbg_demandes_incidents_ouverts)",
                    "ouverts", genre="stat",
                ),
            ),
        ),
    ),
)  # fmt: skip

EXPLOITATION: Final = Tableau(
    "sbg-exploitation",
    "SBG – Exploitation",
    "Débit, erreurs et durées par service; bus, tâches, webhooks, sécurité.",
    (
        (
            "Appels",
            (
                Panneau(
                    "Débit", "sum by (service) (rate(sbg_http_duree_secondes_count[5m]))",
                    "{{service}}", "reqps",
                ),
                Panneau(
                    "Part d'erreurs 5xx",
                    'sum by (service) (rate(sbg_http_duree_secondes_count{statut=~"5.."}[5m]))'
                    " / sum by (service) (rate(sbg_http_duree_secondes_count[5m]))",
                    "{{service}}", "percentunit", alarme=0.001, vide_admis=_CALME,
                ),
                Panneau("95e centile des durées", "sbg:latence:p95_5m", "{{service}}", "s",
                        alarme=0.5),
            ),
        ),
        (
            "Bus",
            (
                Panneau(
                    "Boîte d'envoi : âge du plus vieux fait",
                    "max by (service) (sbg_outbox_age_secondes)", "{{service}}", "s", alarme=60,
                ),
                Panneau(
                    "Retard de consommation", "max by (service) (sbg_consommation_retard)",
                    "{{service}}", alarme=10_000,
                ),
                Panneau(
                    "Événements traités", "sum by (service) (rate(sbg_reception_evenements_total"
                    "[5m]))", "{{service}}", "reqps",
                ),
                Panneau(
                    "Rebuts", "max by (service) (sbg_rebuts_lignes)", "{{service}}",
                    genre="stat", alarme=1,
                ),
                Panneau(
                    "Stationnés", "max by (service) (sbg_stationnement_lignes)", "{{service}}",
                    genre="stat", alarme=1,
                ),
                Panneau(
                    "Âge du dernier jalon, à l'heure d'affaires",
                    "time() - min by (service, sujet) (sbg_jalon_secondes)",
                    "{{service}} ← {{sujet}}", "s", alarme=300,
                ),
            ),
        ),
        (
            "Tâches et webhooks",
            (
                Panneau(
                    "Depuis le dernier tour réussi",
                    "time() - max by (service, tache) (sbg_tache_reussite_secondes)",
                    "{{service}} {{tache}}", "s", alarme=14_400,
                ),
                Panneau(
                    "Tours en échec", "sum by (service, tache) (increase(sbg_taches_echecs_total"
                    "[15m])) > 0", "{{service}} {{tache}}", alarme=10, vide_admis=_CALME,
                ),
                Panneau(
                    "Webhooks : en attente, en quarantaine",
                    'max by (__name__) ({__name__=~"sbg_demandes_envois_en_attente'
                    '|sbg_demandes_abonnes_en_quarantaine"})',
                    "{{__name__}}",
                ),
            ),
        ),
        (
            "Sécurité et processus",
            (
                Panneau(
                    "Événements de sécurité, par heure",
                    "sum by (genre) (increase(sbg_securite_evenements_total[1h]))", "{{genre}}",
                ),
                Panneau(
                    "Audit rompu", "max by (service) (sbg_audit_rompu)", "{{service}}",
                    genre="stat", alarme=1,
                ),
                Panneau(
                    "Mémoire", "max by (service, job) (process_resident_memory_bytes)",
                    "{{service}} {{job}}", "bytes",
                ),
                Panneau(
                    "Cœurs occupés", "max by (service, job) (rate(process_cpu_seconds_total[5m]))",
                    "{{service}} {{job}}",
                ),
                Panneau(
                    "Âge des clés de l'émetteur", "max by (service) (sbg_cles_age_secondes)",
                    "{{service}}", "s", alarme=7_200,
                ),
                Panneau(
                    "Certificats : temps restant",
                    "min by (service, certificat) (sbg_certificat_fin_secondes) - time()",
                    "{{service}} {{certificat}}", "s", "stat", 21 * 86_400, croissant=False,
                    vide_admis="la démonstration n'a pas de certificat",
                ),
            ),
        ),
    ),
)  # fmt: skip


def du_service(service: str) -> Tableau:
    """Le tableau d'un service : ses routes, son bus, son processus."""
    de = f'service="{service}"'
    return Tableau(
        f"sbg-{service}",
        f"SBG – {service}",
        f"Les routes, le bus et le processus de {service}.",
        (
            ("Routes", _des_routes(de)),
            ("Bus et tâches", _du_bus(de)),
            ("Processus", _du_processus(de)),
        ),
    )


def _des_routes(de: str) -> tuple[Panneau, ...]:
    return (
        Panneau(
            "Débit par route",
            f"topk(10, sum by (methode, route) (rate(sbg_http_duree_secondes_count{{{de}}}[5m])))",
            "{{methode}} {{route}}", "reqps", largeur=12,
        ),
        Panneau(
            "95e centile par route",
            "topk(10, histogram_quantile(0.95, sum by (route, le)"
            f" (rate(sbg_http_duree_secondes_bucket{{{de}}}[5m]))))",
            "{{route}}", "s", largeur=12, alarme=0.5, exemplaires=True,
        ),
        Panneau(
            "Statuts", f"sum by (statut) (rate(sbg_http_duree_secondes_count{{{de}}}[5m]))",
            "{{statut}}", "reqps", largeur=12,
        ),
        Panneau(
            "Événements de sécurité, par heure",
            f"sum by (genre) (increase(sbg_securite_evenements_total{{{de}}}[1h]))",
            "{{genre}}", largeur=12,
        ),
    )  # fmt: skip


def _du_bus(de: str) -> tuple[Panneau, ...]:
    return (
        Panneau("Boîte d'envoi", f"max(sbg_outbox_lignes{{{de}}})", "faits en attente"),
        Panneau(
            "Événements traités", f"sum(rate(sbg_reception_evenements_total{{{de}}}[5m]))",
            "par seconde", "reqps",
        ),
        Panneau(
            "Tâches : depuis le dernier tour réussi",
            f"time() - max by (tache) (sbg_tache_reussite_secondes{{{de}}})",
            "{{tache}}", "s", alarme=14_400,
        ),
    )  # fmt: skip


def _du_processus(de: str) -> tuple[Panneau, ...]:
    return (
        Panneau(
            "Mémoire", f"max by (job) (process_resident_memory_bytes{{{de}}})", "{{job}}", "bytes"
        ),
        Panneau(
            "Cœurs occupés", f"max by (job) (rate(process_cpu_seconds_total{{{de}}}[5m]))",
            "{{job}}",
        ),
        Panneau(
            "Descripteurs ouverts", f"max by (job) (process_open_fds{{{de}}})", "{{job}}",
            alarme=900,
        ),
    )  # fmt: skip


TABLEAUX: Final = (DIRECTION, CSC, EXPLOITATION, *map(du_service, SERVICES))
"""Tous, dans l'ordre où Grafana les range."""
