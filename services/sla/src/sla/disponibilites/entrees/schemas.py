"""Les corps reçus et rendus par les disponibilités."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOrganisme, CodeOuvert
from sla.disponibilites.cas_usage.constats import LigneConstatee
from sla.disponibilites.domaine.alarmes import Devenir
from sla.disponibilites.domaine.indisponibilites import Constat, Geste, Nature, Portee, Source
from sla.disponibilites.domaine.regards import voir
from sla.disponibilites.domaine.services import Service
from sla.disponibilites.domaine.signalements import EtatSignalement
from socle.champs import Instant, Jour, Motif, Nom
from socle.web import Entree, Sortie, exemple

F = TypeVar("F", bound=Sortie)
CodeService = Annotated[
    CodeOuvert, Field(description="Le code du service.", examples=["messagerie"])
]
FaitNouveau = Annotated[
    Motif | None,
    Field(
        description="Exigé pour revenir sur ce qu'une contestation acceptée a obtenu (SLA-8);"
        " refusé sinon."
    ),
]
Organismes = Annotated[
    tuple[CodeOrganisme, ...],
    Field(max_length=500, description="Ceux qu'elle atteint, ou dont sont les sites; vide : tous."),
]
Sites = Annotated[tuple[Nom, ...], Field(max_length=200, description="Les sites atteints.")]


class ServiceIn(Entree):
    """Un service à mesurer; une fiche qui nomme son code le mesure."""

    model_config = exemple(
        {"code": "portail", "libelle": "Portail des employés", "debut": "2026-09-01"}
    )

    code: CodeService
    libelle: Nom
    debut: Jour = Field(description="Son premier jour de service, date de Québec.")
    fin: Jour | None = Field(default=None, description="Le premier jour où il n'est plus rendu.")

    @property
    def service(self) -> Service:
        return Service(**self.model_dump())


class ChangementServiceIn(Entree):
    """Ce que le service est désormais, et pourquoi; il ne change pas de code."""

    model_config = exemple(
        {
            "libelle": "Portail des employés",
            "debut": "2026-09-01",
            "fin": "2026-10-15",
            "motif": "Le portail passe au nouvel intranet le 15 octobre.",
        }
    )

    libelle: Nom
    debut: Jour
    fin: Jour | None = Field(description="Le premier jour où il n'est plus rendu; null : en cours.")
    motif: Motif


class ServiceOut(Sortie):
    """Un service mesuré : il compte de sa naissance à son retrait (SLA-5)."""

    code: str
    libelle: str
    debut: date
    fin: date | None
    version: int


class ActeServiceOut(Sortie):
    """Ce qu'un acte a changé d'un service : qui, quand, pourquoi; le dernier vaut."""

    rang: int = Field(description="La version qu'il a faite du service.")
    libelle_avant: str
    debut_avant: date
    fin_avant: date | None
    libelle: str
    debut: date
    fin: date | None
    motif: str
    auteur: str
    le: datetime


class ConstatIn(Entree):
    """Un service n'a pas été rendu : à qui, de quand à quand, et pourquoi (SLA-5)."""

    model_config = exemple(
        {
            "service": "messagerie",
            "nature": "panne",
            "portee": "tous",
            "debut": "2026-09-14T08:06:00-04:00",
            "fin": "2026-09-14T09:48:00-04:00",
            "motif": "Le commutateur du centre de traitement a été remplacé.",
        }
    )

    service: CodeService
    nature: Nature = Field(
        default=Nature.PANNE,
        description="« degradation » se consigne sans compter; « maintenance » compte, sauf dans"
        " une plage que l'indicateur exclut.",
    )
    portee: Portee | None = Field(
        default=None, description="Absente : ce que disent les sites et les organismes nommés."
    )
    organismes: Organismes = ()
    sites: Sites = ()
    debut: Instant
    fin: Instant | None = Field(default=None, description="Exclue; absente : elle dure encore.")
    motif: Motif

    @property
    def constat(self) -> Constat:
        nommes = Portee.ORGANISMES if self.organismes else Portee.TOUS
        portee = self.portee or (Portee.SITES if self.sites else nommes)
        dits = self.model_dump(include={champ.name for champ in fields(Constat)} - {"portee"})
        return Constat(**dits, portee=portee)


class CorrectionIn(ConstatIn):
    """Ce qu'il faut dire désormais de l'indisponibilité, en entier, et pourquoi."""

    model_config = exemple(
        {
            "service": "messagerie",
            "nature": "panne",
            "portee": "tous",
            "debut": "2026-09-14T08:06:00-04:00",
            "fin": "2026-09-14T09:31:00-04:00",
            "motif": "Les journaux du relais disent 9 h 31.",
        }
    )

    fait_nouveau: FaitNouveau = None


class MotifIn(Entree):
    """Pourquoi."""

    model_config = exemple({"motif": "La sonde était en panne, non le service."})

    motif: Motif


class AnnulationIndisponibiliteIn(MotifIn):
    """Pourquoi l'indisponibilité n'a pas eu lieu."""

    model_config = exemple({"motif": "La sonde était en panne, non le service."})

    fait_nouveau: FaitNouveau = None


OrganismesVus = Annotated[
    tuple[str, ...], Field(description="Ceux qu'elle atteint; un organisme n'y lit que lui.")
]
SitesVus = Annotated[
    tuple[str, ...],
    Field(description="Un organisme ne les lit que s'il est seul atteint."),
]
NombreOrganismes = Annotated[
    int, Field(description="Combien elle en nomme, avec ceux que l'on tait; 0 : tous.")
]
NombreSites = Annotated[int, Field(description="De même, combien de sites.")]


class IndisponibiliteOut(Sortie):
    """Une indisponibilité, telle que ses actes la laissent."""

    id: UUID
    service: str
    nature: Nature
    portee: Portee
    organismes: OrganismesVus
    nombre_organismes: NombreOrganismes
    sites: SitesVus
    nombre_sites: NombreSites
    debut: datetime
    fin: datetime | None = Field(description="null : elle dure.")
    annulee: bool
    source: Source
    version: int


class ActeOut(Sortie):
    """Ce qu'un acte a dit d'une indisponibilité; le dernier vaut."""

    rang: int
    geste: Geste
    motif: str
    fait_nouveau: str | None = Field(
        description="Ce qui permet de revenir sur ce qu'une contestation acceptée a obtenu."
    )
    auteur: str
    le: datetime
    service: str
    nature: Nature
    portee: Portee
    organismes: OrganismesVus
    nombre_organismes: NombreOrganismes
    sites: SitesVus
    nombre_sites: NombreSites
    debut: datetime
    fin: datetime | None


def montrer(forme: type[F], lecteur: str | None) -> Callable[[Any], F]:
    """De quoi présenter une indisponibilité, ou un de ses actes, à qui les lit."""

    def presenter(dite: Any) -> F:  # noqa: ANN401 -- une ligne, ou l'objet du domaine
        vue = asdict(voir(lecteur, dite.organismes, dite.sites))
        autres = {nom: getattr(dite, nom) for nom in forme.model_fields if nom not in vue}
        return forme.model_validate(autres | vue)

    return presenter


class LigneLotOut(Sortie):
    """Ce qu'il advient d'une ligne : constatée, ou refusée."""

    rang: int = Field(description="Celui de la ligne dans le lot, à partir de 1.")
    sort: Literal["constatee", "refusee"]
    indisponibilite_id: UUID | None
    raison: str | None = Field(description="Pourquoi elle est refusée.")
    regle: str | None

    @classmethod
    def de(cls, rang: int, ligne: LigneConstatee) -> "LigneLotOut":
        refus, constatee = ligne.refus, ligne.indisponibilite
        return cls(
            rang=rang,
            sort="refusee" if constatee is None else "constatee",
            indisponibilite_id=None if constatee is None else constatee.id,
            raison=None if refus is None else refus.message,
            regle=None if refus is None else refus.regle,
        )


class LotOut(Sortie):
    """Ce qu'il advient d'un lot, ligne par ligne."""

    constatees: int
    refusees: int
    lignes: list[LigneLotOut]

    @classmethod
    def de(cls, sorts: Sequence[LigneConstatee]) -> "LotOut":
        lignes = [LigneLotOut.de(rang, sort) for rang, sort in enumerate(sorts, start=1)]
        refusees = sum(ligne.sort == "refusee" for ligne in lignes)
        return cls(constatees=len(lignes) - refusees, refusees=refusees, lignes=lignes)


class SignalementIn(Entree):
    """Ce qu'un organisme a vu; rien n'en compte tant que le MCN ne l'a pas constaté."""

    model_config = exemple(
        {
            "service": "messagerie",
            "debut": "2026-09-15T10:00:00-04:00",
            "fin": "2026-09-15T10:40:00-04:00",
            "description": "Aucun courriel ne sortait du siège.",
        }
    )

    service: CodeService
    debut: Instant
    fin: Instant | None = None
    sites: Sites = ()
    description: Motif


class RetenueIn(Entree):
    """Ce que le MCN constate d'un signalement, et pourquoi."""

    model_config = exemple(
        {
            "motif": "Confirmé par les journaux du relais de courriel.",
            "fin": "2026-09-15T10:35:00-04:00",
        }
    )

    motif: Motif
    nature: Nature = Nature.PANNE
    debut: Instant | None = Field(default=None, description="Absent : celui qu'on a signalé.")
    fin: Instant | None = Field(default=None, description="Absente : de même.")
    indisponibilite_id: UUID | None = Field(
        default=None, description="Celle, déjà constatée, dont c'est le signalement."
    )


class SignalementOut(Sortie):
    """Un signalement, et ce que le MCN en a fait."""

    id: UUID
    organisme: str
    service: str
    debut: datetime
    fin: datetime | None
    sites: tuple[str, ...]
    description: str
    etat: EtatSignalement
    signale_par: str
    signale_le: datetime
    tranche_par: str | None
    tranche_le: datetime | None
    motif: str | None
    indisponibilite_id: UUID | None
    version: int


class AlarmeSuivieOut(Sortie):
    """Ce qu'il advient d'une alarme du groupe."""

    empreinte: str
    sort: Devenir
    indisponibilite_id: UUID | None
    raison: str | None = Field(description="Pourquoi elle est écartée.")


class AlarmesOut(Sortie):
    """Ce qu'il advient du groupe, alarme par alarme."""

    alarmes: list[AlarmeSuivieOut]


class AlarmeEcarteeOut(Sortie):
    """Une alarme dont rien n'a pu être fait, et pourquoi."""

    id: UUID
    empreinte: str
    nom: str
    raison: str
    document: dict[str, object] = Field(description="Telle qu'elle est venue la dernière fois.")
    recue_le: datetime
    revue_le: datetime
    fois: int
