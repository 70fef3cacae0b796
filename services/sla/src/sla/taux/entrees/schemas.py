"""Les corps des taux, des périodes fermées et de leurs corrections."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from sla.fiches.domaine import Indicateur
from sla.fiches.entrees.schemas import Part
from sla.taux.adaptateurs.lus import cible_de
from sla.taux.domaine.parts import EtatDuTaux, Taux
from sla.taux.domaine.publication import Publication
from socle import champs
from socle.bd.instructions import Ligne
from socle.web import Entree, Sortie

Cause = Literal["fait", "calendrier", "fiche", "exclusion", "indisponibilite", "service"]


class PartOut(Sortie):
    """Un taux et ce dont il est fait (SLA-4) : conformes + manquées + dépassées = mesurées."""

    mesurees: int = Field(description="Le nombre de cas.")
    conformes: int
    manquees: int
    depassees: int = Field(description="Hors délai, sous un indicateur sans cible.")
    taux: Part
    cible_atteinte: bool | None = Field(description="null : sans cible, ou rien à mesurer.")
    etat: EtatDuTaux = Field(description="Lequel des deux, si `cible_atteinte` est null.")
    avertissement: str | None = Field(description="Dit que les cas sont trop peu nombreux.")

    @classmethod
    def de(cls, taux: Taux, depassees: int, cible: Decimal | None, avise: Publication) -> "PartOut":
        return cls(
            mesurees=taux.mesurees,
            conformes=taux.conformes,
            manquees=taux.mesurees - taux.conformes - depassees,
            depassees=depassees,
            taux=taux.arrondi(cible),
            cible_atteinte=taux.atteint(cible),
            etat=taux.etat(cible),
            avertissement=avise.avertissement(taux.mesurees),
        )


class ExcluesOut(Sortie):
    """Les mesures qu'une condition exclut; deux conditions peuvent exclure la même."""

    condition: str
    libelle: str
    nombre: int


class ChiffresOut(Sortie):
    """Les deux taux d'un indicateur : brut, et ajusté des exclusions (SLA-4)."""

    cible: Part = Field(
        description="Celle qui a régi les mesures; à défaut, celle de la version de la fiche en"
        " vigueur, figée à la fermeture. Non figée (un mois fermé avant qu'elle le soit, un"
        " organisme inscrit depuis), la version en vigueur ce mois-là, lue à ce jour. null : sans"
        " cible; rien à mesurer n'est pas « sans cible »."
    )
    brut: PartOut
    ajuste: PartOut
    exclues: list[ExcluesOut] = Field(description="Par condition.")
    signalees: int = Field(description="Mesures dont une condition n'a pu être tranchée.")

    @classmethod
    def lire(
        cls,
        ligne: Ligne,
        de: str,
        attendu: Indicateur | None,
        avise: Publication,
        invoquees: Mapping[str, str],
    ) -> Mapping[str, Any]:
        """Ce que dit une ligne du taux publié, ou de l'actuel.

        `invoquees` : le libellé de chaque condition qu'une personne invoque (SLA-8).
        """

        def dit(nom: str) -> Any:  # noqa: ANN401 -- ce que tient la colonne
            return getattr(ligne, f"{nom}_{de}")

        cible = cible_de(ligne, de, attendu)
        brut = Taux(dit("conformes"), dit("mesurees"))
        ajuste = Taux(dit("conformes_ajuste"), dit("mesurees_ajuste"))
        return {
            "cible": cible,
            "brut": PartOut.de(brut, dit("depassees"), cible, avise),
            "ajuste": PartOut.de(ajuste, dit("depassees_ajuste"), cible, avise),
            "exclues": _exclues(dit("exclusions") or (), attendu, invoquees),
            "signalees": dit("signalees"),
        }


class ReserveOut(Sortie):
    """Une période qu'on a fermée sans attendre tous les producteurs, et pourquoi (SLA-7)."""

    periode: str
    motif: str
    manquants: list[str] = Field(description="Les producteurs dont on n'avait pas tout reçu.")


class TauxOut(ChiffresOut):
    """Le taux d'un indicateur pour une période ou un exercice.

    D'un mois fermé, ce qui fut publié, qui ne change plus; `corrige` dit ce qu'on sait depuis.
    """

    indicateur: str
    libelle: str
    organisme: str | None = Field(description="null : tous les organismes (MCN seulement).")
    periode: str | None = Field(description="Mois de la fin; null : tout l'exercice.")
    exercice: str
    unite: Literal["mesures", "secondes"] = Field(
        description="Ce que l'on compte : des mesures, ou les secondes d'un temps de service."
    )
    mois_fermes: list[str] = Field(
        description="D'un exercice, les mois fermés que son taux additionne; d'un mois, vide."
    )
    mois_ouverts: list[str] = Field(
        description="De même, ceux qui ne sont pas fermés : leur part peut changer (SLA-7)."
    )
    opposable: bool = Field(
        description="Vrai d'un exercice : c'est son taux que l'on tient contre la cible."
    )
    en_cours: int | None = Field(
        description="Mesures qui courent : à cet instant, ou à la fermeture; null : ni l'un ni"
        " l'autre. Ce nombre ne s'additionne pas d'un mois à l'autre."
    )
    a_risque: int | None = Field(description="De celles-là, celles dont l'échéance approche.")
    en_retard: int | None = Field(description="De celles-là, celles dont l'échéance est passée.")
    fermee_le: datetime | None = Field(description="D'un mois fermé, quand il le fut (SLA-7).")
    empreinte: str | None = Field(description="D'un mois fermé, celle des mesures du taux.")
    reserves: list[ReserveOut]
    corrections: int = Field(
        description="Combien ont touché ce taux depuis; une tâche les ajoute dans les secondes qui"
        " suivent, après `corrige`."
    )
    corrige: ChiffresOut | None = Field(
        description="Ce taux tel qu'il serait maintenant, s'il n'est plus celui qui fut publié;"
        " `corrections` peut encore ne pas compter ce qui l'a changé."
    )

    @classmethod
    def de(
        cls,
        ligne: Ligne,
        attendu: Indicateur | None,
        avise: Publication,
        invoquees: Mapping[str, str],
        *,
        courante: bool,
    ) -> "TauxOut":
        publie = ChiffresOut.lire(ligne, "publie", attendu, avise, invoquees)
        actuel = ChiffresOut.lire(ligne, "actuel", attendu, avise, invoquees)
        compte_ce_qui_court = courante or ligne.fermee_le is not None
        return cls(
            **publie,
            indicateur=ligne.indicateur,
            libelle=ligne.libelle or (ligne.indicateur if attendu is None else attendu.libelle),
            organisme=ligne.organisme or None,
            periode=ligne.periode or None,
            exercice=ligne.exercice,
            unite=ligne.unite,
            mois_fermes=ligne.mois_fermes,
            mois_ouverts=ligne.mois_ouverts,
            opposable=not ligne.periode,
            en_cours=ligne.en_cours if compte_ce_qui_court else None,
            a_risque=ligne.a_risque if compte_ce_qui_court else None,
            en_retard=ligne.en_retard if compte_ce_qui_court else None,
            fermee_le=ligne.fermee_le,
            empreinte=ligne.empreinte,
            reserves=ligne.reserves or [],
            corrections=ligne.corrections,
            corrige=None if actuel == publie else ChiffresOut(**actuel),
        )


def _exclues(
    comptees: Any,  # noqa: ANN401 -- ce que tient la colonne
    attendu: Indicateur | None,
    invoquees: Mapping[str, str],
) -> list[ExcluesOut]:
    """Les exclusions d'un taux, par condition."""
    par_condition: Counter[str] = Counter()
    for conditions, nombre in comptees:
        for condition in conditions:
            par_condition[condition] += nombre
    de_la_fiche = {} if attendu is None else {c.code: c.libelle for c in attendu.conditions}
    libelles = {**invoquees, **de_la_fiche}
    return [
        ExcluesOut(condition=code, libelle=libelles.get(code, code), nombre=par_condition[code])
        for code in sorted(par_condition)
        if par_condition[code]
    ]


class FermetureIn(Entree):
    """Fermer une période (SLA-7)."""

    model_config = champs.exemple(
        {"motif": "Le courtier ne publie plus depuis le 12; confirmé avec son équipe."}
    )

    motif: champs.Motif | None = Field(
        default=None,
        description="Pourquoi fermer sans attendre les producteurs en retard; il paraîtra à côté"
        " des taux. Sans objet si rien ne manque.",
    )


class FermetureOut(Sortie):
    """Une période fermée : ses taux ne changent plus (SLA-7)."""

    periode: str
    exercice: str
    fermee_le: datetime
    motif: str | None = Field(description="Pourquoi sans tous les producteurs; null : ils y sont.")
    manquants: list[str] = Field(description="Les producteurs dont on n'avait pas tout reçu.")
    jalons: dict[str, datetime | None] = Field(
        description="Par producteur, l'instant jusqu'où tout était reçu de lui."
    )
    calendriers: list[str] | None = Field(
        description="Les versions du calendrier qui décidaient de ses jours; null : fermée avant"
        " qu'on les fige."
    )
    empreinte: str = Field(description="Celle de toutes les mesures qui font ses taux.")


class JugementOut(Sortie):
    """Ce qu'on a jugé d'une mesure, et de quoi."""

    verdict: str
    exclue: bool
    signalee: bool
    conditions: list[str] = Field(description="Celles qui l'excluent.")
    cible: Part
    delai: int | None
    j0: date | None
    fin: datetime | None
    jours: int | None
    fiche: str
    fiche_version: int
    calendrier: str


class DureesOut(Sortie):
    """Ce qu'on a compté d'une disponibilité, en secondes (SLA-5)."""

    service: int
    panne: int
    service_ajuste: int
    panne_ajuste: int
    cible: Part
    fiche: str
    fiche_version: int
    calendriers: str | None = Field(
        default=None,
        description="Les versions du calendrier qui décident du mois; null : compté avant qu'on"
        " les garde.",
    )


class CorrectionOut(Sortie):
    """Ce qui change d'un mois fermé, à côté de ce qu'il a publié (SLA-7)."""

    periode: str
    exercice: str
    mesure_id: UUID = Field(description="La mesure; d'une disponibilité, un identifiant à elle.")
    rang: int = Field(description="La combientième correction de cette mesure dans ce mois.")
    organisme: str | None = Field(description="null : la disponibilité de tous ensemble.")
    indicateur: str
    sujet: str = Field(description="La sorte de sujet.")
    sujet_id: str = Field(description="D'une disponibilité, l'indicateur.")
    numero: str | None
    avant: JugementOut | DureesOut | None = Field(description="null : elle n'était pas de ce mois.")
    apres: JugementOut | DureesOut | None = Field(description="null : elle n'est plus de ce mois.")
    cause: Cause
    corrigee_le: datetime

    @classmethod
    def de(cls, ligne: Ligne) -> "CorrectionOut":
        return cls.model_validate({**ligne._asdict(), "organisme": ligne.organisme or None})
