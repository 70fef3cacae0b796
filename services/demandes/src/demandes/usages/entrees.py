"""Les routes des usages (CAT-9)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal
from uuid import UUID

from fastapi import Depends
from pydantic import AfterValidator, Field, model_validator
from starlette.responses import Response

from contrats.base import CodeOrganisme, CodeOuvert, Nombre
from demandes.roles import LECTEURS, RECTIFICATEURS
from demandes.usages.adaptateurs import vues
from demandes.usages.cas_usage import (
    CorrigerUsage,
    LigneConstatee,
    constater_lot,
    constater_usage,
    corriger_usage,
    lire_constats,
)
from demandes.usages.domaine import Constat, Correction, UsageVoulu
from demandes.usages.ports import Ports
from socle.champs import NORMALISE, SUR, Jour, Motif
from socle.web import (
    SITUE,
    Appel,
    Entree,
    Liste,
    PageDemandee,
    Routeur,
    Sortie,
    acces,
    exemple,
    lu,
)
from socle.web.tableur import Tableur, nombre, texte

LIGNES_MAX: Final = 1_000
"""Les lignes d'un lot, au plus : une seule transaction les pose toutes."""

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Releveur = Annotated[Appel[Ports], Depends(acces(Ports, "agent-csc", "admin", "integration"))]
Rectificateur = Annotated[Appel[Ports], Depends(acces(Ports, *RECTIFICATEURS))]
Court = Annotated[str, Field(min_length=1, max_length=60), SUR, NORMALISE]


def _sans_zeros(quantite: Decimal) -> Decimal:
    """« 12.50 » est « 12.5 » : le même nombre s'écrit d'une façon."""
    return Decimal(f"{quantite.normalize():f}")


Quantite = Annotated[
    Nombre,
    Field(gt=0, description="Positive, en chaîne décimale.", examples=["12.5"]),
    AfterValidator(_sans_zeros),
]
_EXEMPLE: Final[dict[str, Any]] = {
    "organisme": "MTQ",
    "usage": "stockage",
    "unite": "gigaoctet",
    "quantite": "12.5",
    "fait_le": "2026-09-15",
    "reference": "RELEVE-2026-09",
}


class UsageIn(Entree):
    """Ce qu'un organisme a consommé d'un service, un jour donné."""

    model_config = exemple({**_EXEMPLE, "imputation": "2100-447"})

    organisme: CodeOrganisme
    usage: CodeOuvert = Field(description="Ce qui est consommé; une fiche dit ce qu'il coûte.")
    unite: CodeOuvert
    quantite: Quantite
    fait_le: Jour = Field(description="Date de Québec de l'usage; jamais future.")
    reference: Court = Field(
        description="Le relevé qui l'atteste. D'un organisme, d'un usage et d'un mois, une"
        " référence n'est qu'un usage (DEM-12)."
    )
    imputation: Court | None = Field(
        default=None, description="Le code d'imputation de l'organisme (FAC-16)."
    )

    @property
    def voulu(self) -> UsageVoulu:
        return UsageVoulu(**self.model_dump())


class LotUsagesIn(Entree):
    """Des usages à constater; en JSON, ou en CSV aux mêmes noms."""

    TABLEUR: ClassVar[Tableur] = Tableur(
        "lignes",
        {nom: nombre if nom == "quantite" else texte for nom in UsageIn.model_fields},
    )

    model_config = exemple({"lignes": [{**_EXEMPLE, "reference": "RELEVE-2026-09-B"}]})

    lignes: list[UsageIn] = Field(min_length=1, max_length=LIGNES_MAX)


class RectificationUsageIn(Entree):
    """Ce qui fut vraiment consommé, et quel jour; `quantite` nulle : rien ne le fut."""

    model_config = exemple({"quantite": "10.5", "motif": "Le compteur avait été lu deux fois."})

    quantite: Quantite | None
    fait_le: Jour | None = Field(
        default=None, description="Le jour juste, du même mois; absent : le même."
    )
    unite: CodeOuvert | None = Field(default=None, description="L'unité juste; absente : la même.")
    imputation: Court | None = Field(default=None, description="De même (FAC-16).")
    motif: Motif

    @model_validator(mode="after")
    def _nul_et_rien_d_autre(self) -> "RectificationUsageIn":
        if self.quantite is None and (self.fait_le or self.unite or self.imputation):
            raise ValueError("Un usage nul n'a ni jour, ni unité, ni imputation à corriger.")
        return self


class UsageOut(Sortie):
    """Un usage constaté, tel qu'on le tient."""

    id: UUID
    organisme: str
    usage: str
    unite: str
    quantite: Nombre | None = Field(
        description="null : une rectification l'annule (DEM-13).", examples=["12.5"]
    )
    fait_le: date
    reference: str
    periode: str = Field(description="Le mois de son identité.")
    imputation: str | None
    survenu_le: datetime
    version: int

    @classmethod
    def de(cls, ligne: LigneConstatee) -> "UsageOut":
        return cls.model_validate(ligne.usage)


class ConstatOut(Sortie):
    """Ce qu'on a dit d'un usage; le dernier vaut."""

    rang: int
    acte_id: UUID
    quantite: Nombre | None
    unite: str
    fait_le: date
    survenu_le: datetime
    imputation: str | None
    motif: str | None
    enregistre_le: datetime
    acteur: str


class LigneLotOut(Sortie):
    """Ce qu'il advient d'une ligne : « inscrit », « deja » constaté de même, ou « refuse »."""

    rang: int = Field(description="Celui de la ligne dans le lot, à partir de 1.")
    sort: Literal["inscrit", "deja", "refuse"]
    usage_id: UUID | None
    raison: str | None = Field(description="Pourquoi elle est refusée.")
    regle: str | None

    @classmethod
    def de(cls, rang: int, ligne: LigneConstatee) -> "LigneLotOut":
        if ligne.usage is None:
            refus = ligne.refus
            raison, regle = (refus.message, refus.regle) if refus else (None, None)
            return cls(rang=rang, sort="refuse", usage_id=None, raison=raison, regle=regle)
        sort: Literal["inscrit", "deja"] = "inscrit" if ligne.neuf else "deja"
        return cls(rang=rang, sort=sort, usage_id=ligne.usage.id, raison=None, regle=None)


class LotUsagesOut(Sortie):
    """Ce qu'il advient d'un lot, ligne par ligne."""

    inscrits: int
    refuses: int
    lignes: list[LigneLotOut]

    @classmethod
    def de(cls, constatees: Sequence[LigneConstatee]) -> "LotUsagesOut":
        lignes = [LigneLotOut.de(rang, une) for rang, une in enumerate(constatees, start=1)]
        return cls(
            inscrits=sum(une.sort == "inscrit" for une in lignes),
            refuses=sum(une.sort == "refuse" for une in lignes),
            lignes=lignes,
        )


routes = Routeur(prefix="/v1/usages", tags=["usages"])


@routes.post(
    "",
    status_code=201,
    responses=SITUE,
    response_model=UsageOut,
    operation_id="constater_usage",
    summary="Constater un usage (CAT-9)",
)
async def constater(corps: UsageIn, appel: Releveur) -> Response:
    """Constaté de nouveau, même sous une autre clé, il ne compte qu'une fois (DEM-12)."""
    return await appel.ecrire(
        constater_usage,
        corps.voulu,
        UsageOut.de,
        statut=201,
        emplacement=lambda ligne: f"/v1/usages/{ligne.usage.id if ligne.usage else ''}",
    )


@routes.post(
    "/lots",
    response_model=LotUsagesOut,
    operation_id="constater_lot_usages",
    summary="Constater un lot d'usages, en JSON ou en CSV (CAT-9)",
)
async def constater_un_lot(corps: LotUsagesIn, appel: Releveur) -> Response:
    """Chaque ligne a son sort : refusée, elle n'arrête pas les autres. Se reprend sans doubler."""
    voulus = [ligne.voulu for ligne in corps.lignes]
    return await appel.ecrire(constater_lot, voulus, LotUsagesOut.de)


@routes.get("", response_model=Liste[UsageOut], summary="Lister les usages constatés (CAT-9)")
async def lister_usages(
    appel: Lecture,
    filtre: Annotated[vues.FiltreUsages, lu(vues.FiltreUsages)],
    page: PageDemandee,
) -> Response:
    """Un organisme ne voit que les siens, nuls compris."""
    return await appel.lister(vues.USAGES, filtre, Liste[UsageOut], page=page)


@routes.get("/{usage_id}", response_model=UsageOut, summary="Lire un usage constaté")
async def lire_usage(usage_id: UUID, appel: Lecture) -> Response:
    """C'est la source que nomme la ligne de facture."""
    return await appel.lire(vues.USAGE.de(usage_id), UsageOut.model_validate)


@routes.get(
    "/{usage_id}/chronologie",
    response_model=Liste[ConstatOut],
    operation_id="lire_chronologie_usage",
    summary="Lire tout ce qu'on a dit d'un usage (DEM-13)",
)
async def chronologie(usage_id: UUID, appel: Lecture, page: PageDemandee) -> Response:
    """Le premier constat, puis ce qui le corrige, dans l'ordre."""

    async def lire(ports: Ports) -> Sequence[Constat]:
        return await lire_constats(usage_id, ports)

    return await appel.parcourir(
        lire, Liste[ConstatOut], page=page, presenter=ConstatOut.model_validate
    )


@routes.post(
    "/{usage_id}/rectification",
    response_model=UsageOut,
    operation_id="rectifier_usage",
    summary="Rectifier un usage, ou l'annuler (DEM-13)",
)
async def rectifier(usage_id: UUID, corps: RectificationUsageIn, appel: Rectificateur) -> Response:
    """Ce qui était dit s'annule, et ce qui est juste se dit; la facture suit."""
    correction = Correction(**corps.model_dump())
    commande = CorrigerUsage(usage_id=usage_id, correction=correction)
    return await appel.ecrire(corriger_usage, commande, UsageOut.model_validate)
