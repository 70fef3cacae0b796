"""Le service témoin : des comptes que l'on augmente, et l'écho des augmentations reçues."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, Field
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    bindparam,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from starlette.responses import Response

from noyau import ANNUAIRE, Acte, Conflit, Fait, Introuvable, Resultat
from socle.bd.connexion import Connexion
from socle.bd.conversion import trouver
from socle.bd.vues import VueListe, VueObjet
from socle.envoi.evenements import EvenementPublie, publications
from socle.execution.deroulement import Branchement
from socle.reception import Ecoute, Ecoutes, Ordre, Recu
from socle.reglages import Reglages
from socle.service import Aire, Service
from socle.web import (
    Appel,
    Entree,
    Liste,
    PageDemandee,
    Routeur,
    SansFiltre,
    Sortie,
    acces,
    exemple,
)

tables = MetaData()
comptes = Table(
    "comptes",
    tables,
    Column("organisme", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("valeur", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("organisme", "code"),
)
effets = Table(
    "effets",
    tables,
    Column("evenement_id", Uuid, primary_key=True),
    Column("cle", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("rang", BigInteger, Identity(always=True), nullable=False),
    Column("survenu_le", DateTime(timezone=True), nullable=False),
)
passages = Table(
    "passages",
    tables,
    Column("rang", BigInteger, Identity(always=True), primary_key=True),
    Column("evenement_id", Uuid, nullable=False),
    Column("cle", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    comment="Chaque passage d'un écho, sans unicité voulue : un effet double doit se voir.",
)


class CompteAugmente(BaseModel):
    """Un compte a augmenté."""

    TYPE: ClassVar[str] = "compte.augmenté"
    VERSION: ClassVar[int] = 1
    PRODUCTEUR: ClassVar[str] = "temoin"
    AGREGATS: ClassVar[tuple[str, ...]] = ("compte",)

    code: str
    organisme: str
    de: int

    @property
    def cle(self) -> str:
        return f"{self.organisme}-{self.code}"


class CompteSuivi(CompteAugmente):
    """Le même fait, écouté dans l'ordre strict."""

    TYPE: ClassVar[str] = "compte.suivi"
    PRODUCTEUR: ClassVar[str] = "guide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation(Fait):
    code: str
    organisme: str
    de: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compte:
    organisme: str
    code: str
    valeur: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmenter:
    organisme: str
    code: str
    de: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixer:
    organisme: str
    code: str
    valeur: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    evenement_id: UUID
    cle: str
    sequence: int
    de: int
    survenu_le: datetime


_DE_L_ORGANISME = select(comptes).where(comptes.c.organisme == bindparam("organisme"))
UN_COMPTE = VueObjet(_DE_L_ORGANISME, comptes.c.code, "Ce compte n'existe pas.")
COMPTES = VueListe(
    requete=select(comptes), filtre=SansFiltre, cles=(comptes.c.organisme, comptes.c.code)
)
_UN_COMPTE_TENU = _DE_L_ORGANISME.where(comptes.c.code == bindparam("code")).with_for_update()
_AJOUT = insert(comptes)
_REMPLACER = _AJOUT.on_conflict_do_update(
    index_elements=["organisme", "code"],
    set_={nom: _AJOUT.excluded[nom] for nom in ("valeur", "version")},
)


@dataclass(frozen=True, slots=True)
class Ports:
    connexion: Connexion

    async def charger(self, organisme: str, code: str) -> Compte | None:
        valeurs = {"organisme": organisme, "code": code}
        ligne = await trouver(self.connexion, _UN_COMPTE_TENU, **valeurs)
        return None if ligne is None else Compte(**ligne._asdict())

    async def tenir(self, organisme: str, code: str) -> Compte:
        """Le compte, verrouillé; neuf s'il n'existe pas : deux premiers écrivains s'attendent."""
        deja = await self.charger(organisme, code)
        if deja is not None:
            return deja
        neuf = Compte(organisme=organisme, code=code, valeur=0, version=0)
        await self.connexion.ecrire(_AJOUT.on_conflict_do_nothing(), asdict(neuf))
        return await self.charger(organisme, code) or neuf

    async def enregistrer(self, compte: Compte) -> None:
        await self.connexion.ecrire(_REMPLACER, asdict(compte))


async def augmenter(commande: Augmenter, ports: Ports, acte: Acte) -> Resultat[Compte]:
    if commande.de == 13:
        raise Conflit("Treize porte malheur.", regle="TEM-1")
    base = await ports.tenir(commande.organisme, commande.code)
    compte = replace(base, valeur=base.valeur + commande.de, version=base.version + 1)
    await ports.enregistrer(compte)
    fait = Augmentation(
        code=compte.code, organisme=compte.organisme, de=commande.de, survenu_le=acte.le
    )
    return Resultat(compte, fait)


async def fixer(commande: Fixer, ports: Ports, acte: Acte) -> Resultat[Compte]:
    deja = await ports.charger(commande.organisme, commande.code)
    if deja is None:
        raise Introuvable("Ce compte n'existe pas.")
    compte = replace(acte.sur(deja), valeur=commande.valeur, version=deja.version + 1)
    await ports.enregistrer(compte)
    return Resultat(compte)


async def inscrire(echos: Sequence[Echo], ports: Ports, acte: Acte) -> Resultat[None]:
    for echo in echos:
        if echo.de < 0:
            raise ValueError("un écho négatif n'a pas de sens")
    passes = [{"evenement_id": e.evenement_id, "cle": e.cle, "sequence": e.sequence} for e in echos]
    survenus = [{"survenu_le": e.survenu_le} for e in echos]
    valeurs = [passe | survenu for passe, survenu in zip(passes, survenus, strict=True)]
    await ports.connexion.ecrire_lot(insert(effets).on_conflict_do_nothing(), valeurs)
    await ports.connexion.ecrire_lot(insert(passages), passes)
    return Resultat(None)


async def inscrire_corrige(echos: Sequence[Echo], ports: Ports, acte: Acte) -> Resultat[None]:
    """L'écoute après correction : elle sait lire un écho négatif."""
    return await inscrire([replace(echo, de=abs(echo.de)) for echo in echos], ports, acte)


def publier(fait: Augmentation) -> EvenementPublie:
    return CompteAugmente(code=fait.code, organisme=fait.organisme, de=fait.de)


def vers_echo(recu: Recu[CompteAugmente]) -> Echo:
    return Echo(
        evenement_id=recu.id,
        cle=recu.cle,
        sequence=recu.sequence,
        de=recu.evenement.de,
        survenu_le=recu.survenu_le,
    )


class AugmentationIn(Entree):
    model_config = exemple({"de": 3})

    de: int = Field(ge=1, le=1_000_000, examples=[3])


class CompteOut(Sortie):
    organisme: str
    code: str
    valeur: int
    version: int


AppelMembre = Annotated[Appel[Ports], Depends(acces(Ports, "demandeur", "admin"))]
routes = Routeur(prefix="/v1", tags=["comptes"])
Code = Annotated[str, Field(pattern="^[a-z0-9]{1,20}$", examples=["caisse"])]


@routes.post("/comptes/{code}/augmentation", response_model=CompteOut)
async def augmentation(code: Code, corps: AugmentationIn, appel: AppelMembre) -> Response:
    commande = Augmenter(organisme=appel.acteur.organisme or "MCN", code=code, de=corps.de)
    return await appel.ecrire(augmenter, commande, CompteOut.model_validate)


@routes.patch("/comptes/{code}", response_model=CompteOut)
async def fixation(code: Code, corps: AugmentationIn, appel: AppelMembre) -> Response:
    commande = Fixer(
        organisme=appel.acteur.organisme or "MCN",
        code=code,
        valeur=corps.de,
    )
    return await appel.ecrire(fixer, commande, CompteOut.model_validate)


@routes.get("/comptes/{organisme}/{code}", response_model=CompteOut)
async def lire(organisme: str, code: str, appel: AppelMembre) -> Response:
    return await appel.lire(UN_COMPTE.de(code, organisme=organisme), CompteOut.model_validate)


@routes.get("/comptes", response_model=Liste[CompteOut])
async def lister(appel: AppelMembre, page: PageDemandee) -> Response:
    return await appel.lister(COMPTES, SansFiltre(), Liste[CompteOut], page=page)


def service() -> Service[Reglages]:
    """La déclaration du témoin."""
    return _declarer(
        "temoin",
        {
            CompteAugmente: Ecoute(vers_echo, inscrire, Ports, Ordre.LIBRE),
            CompteSuivi: Ecoute(vers_echo, inscrire, Ports, Ordre.STRICT),
        },
    )


def service_isole(
    nom: str, ordre: Ordre = Ordre.STRICT, *, corrige: bool = False
) -> Service[Reglages]:
    """Le témoin sous un autre nom, qui n'écoute que ses propres faits."""

    class Augmente(CompteAugmente):
        PRODUCTEUR: ClassVar[str] = nom

    return _declarer(
        nom, {Augmente: Ecoute(vers_echo, inscrire_corrige if corrige else inscrire, Ports, ordre)}
    )


def _declarer(nom: str, ecoutes: Ecoutes) -> Service[Reglages]:
    return Service(
        nom=nom,
        titre="Témoin",
        port=8009,
        tables=tables,
        migrations=Path(__file__).parent / "migrations",
        annuaire=ANNUAIRE,
        reglages=Reglages,
        sections={"comptes": "Des comptes qui croissent."},
        aires=(
            Aire(
                nom="comptes",
                branchements=(Branchement(Ports, Ports),),
                publications=publications(Augmentation, publier),
                routes=lambda _: (routes,),
                ecoutes=ecoutes,
                copies=(effets, passages),
            ),
        ),
    )
