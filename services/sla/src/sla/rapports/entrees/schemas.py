"""Les corps des rapports gardés et des exécutions."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from noyau import Mois
from sla.fiches.entrees.schemas import Part
from sla.rapports.domaine.rapport import Rapport
from sla.taux.domaine.lus import Chiffres
from sla.taux.domaine.parts import EtatDuTaux
from socle import champs
from socle.bd.instructions import Ligne
from socle.web import Entree, Sortie


class ExecutionIn(Entree):
    """Établir tous les rapports d'un mois (SLA-9)."""

    model_config = champs.exemple({"periode": "2026-09"})

    periode: champs.Periode = Field(description="Un mois fini, « aaaa-mm ».")

    @property
    def mois(self) -> Mois:
        return Mois.lire(self.periode)


class ExecutionOut(Sortie):
    """L'établissement des rapports d'un mois : celui de tous, puis celui de chaque organisme."""

    id: UUID
    periode: str
    etat: Literal["en_cours", "arretee", "terminee"]
    demandee_le: datetime
    demandee_par: str
    arretee_le: datetime | None
    rapports: int = Field(description="Combien elle en établit.")
    etablis: int
    ecartes: int = Field(description="Combien n'ont pu l'être; une reprise y revient.")


class TraitementOut(Sortie):
    """Un rapport d'une exécution : à établir, établi, ou mis de côté."""

    organisme: str | None = Field(description="null : le rapport de tous.")
    empreinte: str | None = Field(description="Du rapport établi; null : il ne l'est pas.")
    raison: str | None = Field(description="Pourquoi il n'a pu l'être.")
    traite_le: datetime | None = Field(description="null : il reste à établir.")

    @classmethod
    def de(cls, ligne: Ligne) -> "TraitementOut":
        return cls(
            organisme=ligne.organisme or None,
            empreinte=ligne.empreinte,
            raison=ligne.raison,
            traite_le=ligne.traite_le,
        )


class RapportGardeOut(Sortie):
    """Un rapport gardé; son empreinte le nomme, et le lire la demande."""

    periode: str
    organisme: str | None = Field(description="null : le rapport de tous.")
    empreinte: str = Field(description="SHA-256 de ce qu'il dit.")
    etabli_le: datetime
    provisoire: bool = Field(description="Vrai : le mois n'était pas fermé (SLA-7).")
    conserve_jusquau: date

    @classmethod
    def de(cls, ligne: Ligne) -> "RapportGardeOut":
        return cls(
            periode=ligne.periode,
            organisme=ligne.organisme or None,
            empreinte=ligne.empreinte,
            etabli_le=ligne.etabli_le,
            provisoire=ligne.provisoire,
            conserve_jusquau=ligne.conserve_jusquau,
        )


class ComptesOut(Sortie):
    """Ce dont un taux est fait, avant et après exclusions (SLA-4)."""

    cible: Part
    mesurees: int = Field(
        description="D'une disponibilité, ce nombre et les suivants sont en secondes."
    )
    conformes: int
    brut: Part
    mesurees_ajuste: int
    conformes_ajuste: int
    ajuste: Part
    cible_atteinte: bool | None = Field(
        description="Par le taux ajusté; null : sans cible, ou rien à mesurer."
    )
    etat: EtatDuTaux = Field(description="Lequel des deux, si `cible_atteinte` est null.")
    depassees: int = Field(description="Hors délai, sous un indicateur sans cible.")
    signalees: int = Field(description="Mesures dont une condition n'a pu être tranchée.")


def _comptes(lus: Chiffres) -> ComptesOut:
    return ComptesOut(
        cible=lus.cible,
        mesurees=lus.mesurees,
        conformes=lus.conformes,
        brut=lus.brut.arrondi(lus.cible),
        mesurees_ajuste=lus.mesurees_ajuste,
        conformes_ajuste=lus.conformes_ajuste,
        ajuste=lus.ajuste.arrondi(lus.cible),
        cible_atteinte=lus.ajuste.atteint(lus.cible),
        etat=lus.ajuste.etat(lus.cible),
        depassees=lus.depassees,
        signalees=lus.signalees,
    )


Comptes = Annotated[ComptesOut, BeforeValidator(_comptes)]


class MoisRapporteOut(Sortie):
    """Le taux d'un indicateur, un mois."""

    periode: str
    ferme: bool
    publie: Comptes
    actuel: Comptes = Field(description="Différent si des corrections ont suivi (SLA-7).")


class MoisAdditionnesOut(Sortie):
    """Les mois d'un exercice où l'indicateur eut quelque chose à mesurer."""

    fermes: list[str]
    ouverts: list[str] = Field(description="Pas encore fermés : leur part peut changer (SLA-7).")


class IndicateurRapporteOut(Sortie):
    """Un indicateur sur douze mois; le dernier est celui du rapport."""

    code: str
    libelle: str
    unite: Literal["mesures", "secondes"]
    mois: list[MoisRapporteOut]
    exercice: Comptes = Field(
        description="Du début de l'exercice à la fin du mois, tel que publié : ce que l'on tient"
        " contre la cible."
    )
    exercice_actuel: Comptes | None = Field(
        description="Différent si des corrections ont suivi (SLA-7); null : d'un rapport gardé"
        " avant qu'on le dise."
    )
    mois_exercice: MoisAdditionnesOut | None = Field(
        description="Ce que l'exercice additionne; null : d'un rapport gardé avant qu'on le dise."
    )
    avertissement: str | None = Field(description="Du dernier mois : trop peu de cas.")


class ReperableOut(Sortie):
    """Une mesure que cite un rapport."""

    mesure_id: UUID
    organisme: str
    indicateur: str
    sujet: str = Field(description="La sorte de sujet.")
    repere: str = Field(description="Son numéro, à défaut son identifiant.")


class MesureManqueeOut(ReperableOut):
    """Une mesure qui a manqué sa cible."""

    j0: date | None
    fin: datetime | None
    jours: int | None
    delai: int | None
    exclue: bool


class ManqueesOut(Sortie):
    """Les mesures manquées; les premières seulement, s'il y en a beaucoup."""

    nombre: int = Field(description="Combien en tout.")
    lignes: list[MesureManqueeOut]


class MesureExclueOut(ReperableOut):
    """Une condition qui sort une mesure du taux ajusté (SLA-8)."""

    libelle: str
    preuve: str | None = Field(
        description="null : d'un mois fermé, ce qui l'excluait alors ne se lit plus."
    )
    auteur: str | None = Field(description="null : de même.")
    motif: str | None = Field(description="D'une exclusion qu'une personne a prononcée.")


class MesuresExcluesOut(Sortie):
    """Les exclusions; les premières seulement, s'il y en a beaucoup."""

    nombre: int = Field(description="Combien en tout.")
    lignes: list[MesureExclueOut]


class PrecisionsOut(Sortie):
    """Ce qui, d'un verdict ou d'une disponibilité qui se compte, peut changer seul (SLA-7)."""

    exclusions: list[str] = Field(description="Les conditions qui excluent la mesure.")
    signalee: bool
    cible: Part
    service_ajuste: int | None = Field(description="D'une disponibilité, en secondes; null sinon.")
    panne_ajuste: int | None


class MesureCorrigeeOut(ReperableOut):
    """Un verdict, ou une disponibilité, qui a changé depuis la fermeture de son mois (SLA-7)."""

    periode: str
    avant: str | None = Field(description="null : la mesure n'était pas de ce mois.")
    apres: str | None = Field(description="null : elle n'en est plus.")
    cause: str
    corrigee_le: datetime
    service_avant: int | None = Field(
        description="D'une disponibilité, qui n'a pas de verdict : des secondes; null sinon."
    )
    panne_avant: int | None
    service_apres: int | None
    panne_apres: int | None
    precisions_avant: PrecisionsOut | None = Field(
        description="null : hors de ce mois, ou d'un rapport gardé avant qu'on les dise."
    )
    precisions_apres: PrecisionsOut | None


class CorrigeesOut(Sortie):
    """Les corrections des mois montrés; les plus récentes seulement, s'il y en a beaucoup."""

    nombre: int = Field(description="Combien en tout, chacune comptée sous son organisme.")
    lignes: list[MesureCorrigeeOut]


class FermetureCiteeOut(Sortie):
    """Quand le mois s'est fermé, et sans qui."""

    fermee_le: datetime
    motif: str | None
    manquants: list[str]
    empreinte: str


class FicheCiteeOut(Sortie):
    """Une version de fiche qui valait un jour du mois, ou régit une de ses mesures."""

    code: str
    titre: str
    version: int
    debut: date


class RapportOut(Sortie):
    """Ce qu'on sait d'un mois, d'un organisme ou de tous (SLA-9)."""

    periode: str
    organisme: str | None = Field(description="null : tous ensemble (MCN seulement).")
    etabli_le: datetime
    empreinte: str = Field(description="SHA-256 de ce qu'il dit, l'heure à part.")
    provisoire: bool = Field(description="Vrai : le mois n'est pas fermé (SLA-7).")
    fermeture: FermetureCiteeOut | None
    indicateurs: list[IndicateurRapporteOut]
    manquees: ManqueesOut
    exclues: MesuresExcluesOut
    exclues_figees: bool = Field(
        description="Vrai : celles que la fermeture a figées, comme les manquées; faux : celles"
        " qu'on connaissait en établissant le rapport."
    )
    corrigees: CorrigeesOut
    fiches: list[FicheCiteeOut]
    calendriers: list[str]

    @classmethod
    def de(cls, rapport: Rapport, empreinte: str) -> "RapportOut":
        noms = cls.model_fields.keys() - {"empreinte"}
        return cls.model_validate(
            {"empreinte": empreinte, **{nom: getattr(rapport, nom) for nom in noms}}
        )
