"""Pour chaque alerte, des séries qui la lèvent, d'autres qui la laissent tranquille, et quand."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

Series = Mapping[str, str]
"""Chaque série et ses valeurs, une par minute : « 0+6 » croît de six, « 5 » reste à cinq."""
JOUR: Final = 1_440


@dataclass(frozen=True, slots=True)
class Cas:
    """Une alerte à l'épreuve; `minute` est celle où on la regarde, `tot` celle où elle attend."""

    leve: Series
    tait: Series
    minute: int
    tot: int | None = None
    """Une minute où les mêmes séries ne la lèvent pas encore (son `for`); absente : aucune."""

    @property
    def pas(self) -> int:
        """Minutes entre deux évaluations : une semaine à la minute prendrait des minutes."""
        return 60 if self.minute >= JOUR else 5 if self.minute > 200 else 1


def _serie(nom: str, **etiquettes: str) -> str:
    dites = ",".join(f'{etiquette}="{valeur}"' for etiquette, valeur in etiquettes.items())
    return f"{nom}{{{dites}}}"


def _jauge(nom: str, leve: float, tait: float, minute: int, **etiquettes: str) -> Cas:
    """Une jauge au-delà, puis en deçà, de son seuil."""
    serie = _serie(nom, service="demandes", **etiquettes)
    tot = 0 if minute > 1 else None
    return Cas({serie: str(leve)}, {serie: str(tait)}, minute, tot)


def _compteur(nom: str, leve: float, tait: float, minute: int = 10, **etiquettes: str) -> Cas:
    """Un compteur qui croît de tant par minute."""
    serie = _serie(nom, service="demandes", **etiquettes)
    return Cas({serie: f"0+{leve}"}, {serie: f"0+{tait}"}, minute)


def _securite(genre: str, leve: float, tait: float, minute: int) -> Cas:
    return _compteur("sbg_securite_evenements_total", leve, tait, minute, genre=genre)


def _reponses(bonnes: float, erreurs: float) -> Series:
    """Des appels par minute, réussis et en erreur."""
    nom = 'sbg_http_duree_secondes_count{service="demandes",route="/v1/x",statut="%s"}'
    return {nom % "200": f"0+{bonnes}", nom % "503": f"0+{erreurs}"}


def _durees(rapides: float, lentes: float) -> Series:
    """Des appels par minute : sous le quart de seconde, et de plus d'une demi-seconde."""
    seau = 'sbg_http_duree_secondes_bucket{service="demandes",le="%s"}'
    tous = rapides + lentes
    return {
        seau % "0.25": f"0+{rapides}",
        seau % "0.5": f"0+{rapides}",
        seau % "1.0": f"0+{tous}",
        seau % "+Inf": f"0+{tous}",
        'sbg_http_duree_secondes_count{service="demandes"}': f"0+{tous}",
    }


_APPELS: Final = 'sbg_http_duree_secondes_count{service="demandes"}'
_CLES: Final = 'sbg_cles_age_secondes{service="demandes"}'
_MOIS: Final = 'service="facturation",periode="2026-09"'
_A_EMETTRE: Final = f"sbg_facturation_a_emettre{{{_MOIS}}}"
_FINI: Final = f"sbg_facturation_mois_fini_jours{{{_MOIS}}}"
_REUSSITE: Final = 'sbg_tache_reussite_secondes{service="sla",tache="fermeture"}'
_JALON: Final = 'sbg_jalon_secondes{service="sla",sujet="sbg.demandes.v1"}'
_LECTURE: Final = 'sbg_base_lecture_seule{service="demandes"}'
_FIN: Final = 'sbg_entretien_fin_secondes{service="demandes"}'
_CERTIFICAT: Final = 'sbg_certificat_fin_secondes{service="sla",certificat="autorite"}'

CAS: Final[Mapping[str, Cas]] = MappingProxyType(
    {
        "BudgetErreursRapide": Cas(_reponses(98, 2), _reponses(9_999, 1), 70, 1),
        "BudgetErreursLent": Cas(_reponses(995, 5), _reponses(99_999, 1), JOUR + 120, 60),
        "LatenceElevee": Cas(_durees(90, 10), _durees(99, 1), 30, 5),
        "AppelsFreines": _compteur("sbg_http_freines_total", 120, 30, 30),
        "RoleAbsent": Cas({'up{instance="sla-api:8304"}': "0"}, {"up": "1"}, 2, 0),
        # Nul ne l'appelle : rien ne fait relire les clés, et rien ne va mal.
        "ClesEnRetard": Cas({_CLES: "8000", _APPELS: "0+60"}, {_CLES: "8000", _APPELS: "5"}, 30, 3),
        "BoiteEnvoiEnRetard": _jauge("sbg_outbox_age_secondes", 61, 60, 2),
        "SuiteTrouee": _jauge("sbg_stationnement_age_secondes", 61, 60, 2),
        "ConsommationEnRetard": _jauge("sbg_consommation_retard", 10_001, 10_000, 6),
        "Rebuts": _jauge("sbg_rebuts_lignes", 1, 0, 0),
        "FaitsEcartes": _jauge("sbg_envois_ecartes_lignes", 1, 0, 0, sujet="sbg.demandes.v1"),
        "JalonRetenu": Cas(
            {'sbg_envois_ecartes_lignes{service="sla",sujet="sbg.sla.v1"}': "1"},
            {'sbg_envois_ecartes_lignes{service="sla",sujet="sbg.sla.v1.dlq.sla"}': "1"},
            0,
        ),
        "JalonArrete": Cas({_JALON: "0"}, {_JALON: "0+60"}, 10, 6),
        "JalonRefuse": _compteur("sbg_reception_jalons_refuses_total", 1, 0),
        "SuiteDepassee": _compteur("sbg_reception_depasses_total", 1, 0),
        "TacheEnEchec": _compteur("sbg_taches_echecs_total", 60, 0.5, 30, tache="fermeture"),
        "TacheArretee": Cas({_REUSSITE: "0"}, {_REUSSITE: "0+60"}, 260, 245),
        "AuditRompu": _jauge("sbg_audit_rompu", 1, 0, 0),
        "CertificatPresDeSaFin": Cas(
            {_CERTIFICAT: str(20 * 86_400)}, {_CERTIFICAT: str(22 * 86_400)}, 0
        ),
        "HorlogesEnDesaccord": _jauge("sbg_horloge_derive_secondes", 1.5, 0.5, 7),
        "EnEntretien": _jauge("sbg_base_lecture_seule", 1, 0, 0),
        "EntretienDepasse": Cas({_LECTURE: "1", _FIN: "60"}, {_LECTURE: "1", _FIN: "7200"}, 15, 5),
        # Une fin prévue l'excuse; après elle, EntretienDepasse.
        "EntretienOublie": Cas({_LECTURE: "1"}, {_LECTURE: "1", _FIN: "28800"}, 245, 0),
        "ActesDifferes": _jauge("sbg_demandes_actes_differes", 1, 0, 245),
        "ActesRefuses": _jauge("sbg_demandes_actes_refuses", 1, 0, 0),
        "AbonnesEnQuarantaine": _jauge("sbg_demandes_abonnes_en_quarantaine", 1, 0, 16),
        "WebhooksEnRetard": _jauge("sbg_demandes_envois_en_attente", 1_001, 1_000, 16),
        "ServiceRenduMuet": Cas(
            {'probe_success{sbg_service="messagerie",instance="a"}': "0"},
            {
                'probe_success{sbg_service="messagerie",instance="a"}': "0",
                'probe_success{sbg_service="messagerie",instance="b"}': "1",
                'probe_success{instance="ailleurs"}': "0",
            },
            3,
            1,
        ),
        "IncidentsOuverts": _jauge("sbg_demandes_incidents_ouverts", 1, 0, 7 * JOUR + 60),
        "PeriodesOuvertes": _jauge("sbg_sla_periodes_ouvertes", 4, 3, 61),
        "CorrectionsEnAttente": _jauge("sbg_sla_revues", 1, 0, 61),
        "FacturationEnRetard": Cas(
            {_A_EMETTRE: "2", _FINI: "11"}, {_A_EMETTRE: "2", _FINI: "10"}, 61, 30
        ),
        "DecisionsEnRetard": _jauge(
            "sbg_facturation_en_attente", 1, 0, 61, rubrique="decisions_en_retard"
        ),
        "AccesRefuses": _securite("acces_refuse", 3, 1, 10),
        "JetonsRefuses": _securite("jeton_refuse", 15, 5, 10),
        "IdentifiantsEtrangers": _securite("identifiants_etrangers", 1, 0, 10),
        "WebhookForge": _securite("signature_refusee", 1, 0.3, 10),
        "MandatsChanges": _securite("mandat_change", 1, 0.3, 60),
        "ExportsMassifs": _securite("export_massif", 1, 0.2, 60),
        "LecturesDuVerificateur": _securite("lecture_verificateur", 12, 5, 60),
    }
)
