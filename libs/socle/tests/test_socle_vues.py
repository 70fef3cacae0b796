"""Les vues : filtres présents ou non, pages et curseurs, objet absent, parent absent."""

import base64
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID
from zlib import crc32

import pytest
from sqlalchemy import (
    ARRAY,
    Column,
    Date,
    Dialect,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    TypeDecorator,
    Uuid,
    bindparam,
    func,
    insert,
    select,
)
from sqlalchemy.types import TypeEngine

from noyau import Introuvable
from outils.essais.banc import creer_tables
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.sous_liste import service_a_sous_liste
from socle.bd.connexion import Connexion
from socle.bd.conversion import PlusieursLignes
from socle.bd.curseurs import CurseurIllisible, lire_curseur
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.bd.vues import SansFiltre, VueListe, VueObjet

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

pytestmark = pytest.mark.integration
F = TypeVar("F", bound="DataclassInstance")


class Taille(StrEnum):
    """Ce que le domaine lit d'un texte de la base."""

    GRANDE = "grande"
    PETITE = "petite"


class EnTaille(TypeDecorator[Taille]):
    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok: bool | None = True

    def process_bind_param(self, value: Taille | None, dialect: Dialect) -> str | None:
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Taille | None:
        return None if value is None else Taille(value)


metadonnees = MetaData()
pieces = Table(
    "pieces",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("etat", Text, nullable=False),
    Column("rang", Integer, nullable=False),
    Column("debut", Date, nullable=False),
    Column("montant", Numeric(12, 2), nullable=False),
    Column("taille", EnTaille, nullable=False),
    Column("marques", ARRAY(Text), nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltrePieces:
    """Un champ par filtre; nul : non filtré."""

    etat: str | None = None
    rang: int | None = None
    depuis: date | None = None


CONDITIONS = {"depuis": pieces.c.debut >= bindparam("depuis")}
LIGNES = [
    {
        "id": UUID(int=n),
        "etat": "ab"[n % 2],
        "rang": n % 3,
        "debut": date(2026, 1, 1) + timedelta(days=n),
        "montant": Decimal(n) / 4,
        "taille": list(Taille)[n % 2],
        "marques": [],
    }
    for n in range(13)
]


def _vue(**autres: Any) -> VueListe[FiltrePieces]:
    declaration = {"cles": (pieces.c.rang, pieces.c.id), "conditions": CONDITIONS} | autres
    return VueListe(requete=select(pieces), filtre=FiltrePieces, **declaration)


@pytest.fixture
async def connexion(proprietaire: Moteur) -> AsyncIterator[Connexion]:
    """Une transaction où les treize pièces existent."""
    async with transaction(proprietaire, INTERNE) as cx:
        await creer_tables(cx, metadonnees)
        await cx.ecrire_lot(insert(pieces), LIGNES)
        yield cx


async def _tout(cx: Connexion, vue: VueListe[F], filtre: F, limite: int) -> tuple[list[UUID], int]:
    """Les identifiants de toutes les pages, et le nombre de pages."""
    vus, curseur, lues = list[UUID](), None, 0
    while lues == 0 or curseur is not None:
        page = await vue.lire(cx, filtre, limite, curseur)
        assert len(page.lignes) <= limite
        vus += [ligne.id for ligne in page.lignes]
        curseur, lues = page.suivant, lues + 1
    return vus, lues


@pytest.mark.parametrize("decroissant", [False, True])
async def test_les_pages_font_la_liste_entiere_une_fois_en_ordre(
    connexion: Connexion, *, decroissant: bool
) -> None:
    ordre = sorted(LIGNES, key=lambda ligne: (ligne["rang"], ligne["id"]), reverse=decroissant)
    vue = _vue(decroissant=decroissant)
    for limite, pages in ((1, 13), (4, 4), (13, 1), (50, 1)):
        attendu = ([ligne["id"] for ligne in ordre], pages)
        assert await _tout(connexion, vue, FiltrePieces(), limite) == attendu


@pytest.mark.parametrize(
    "cle",
    [
        (pieces.c.montant, pieces.c.id),
        (pieces.c.debut,),
        (pieces.c.etat, pieces.c.debut),
        (pieces.c.taille, pieces.c.id),
    ],
)
async def test_un_curseur_rend_la_valeur_exacte_de_chaque_type(
    connexion: Connexion, cle: tuple[Any, ...]
) -> None:
    ordre = sorted(LIGNES, key=lambda ligne: tuple(ligne[c.name] for c in cle))
    vus, _ = await _tout(connexion, _vue(cles=cle), FiltrePieces(), 2)
    assert vus == [ligne["id"] for ligne in ordre]


@pytest.mark.parametrize(
    ("filtre", "gardees"),
    [
        (FiltrePieces(), lambda _: True),
        (FiltrePieces(etat="a"), lambda p: p["etat"] == "a"),
        (FiltrePieces(rang=0), lambda p: p["rang"] == 0),
        (FiltrePieces(etat="b", rang=2), lambda p: (p["etat"], p["rang"]) == ("b", 2)),
        (FiltrePieces(depuis=date(2026, 1, 9)), lambda p: p["debut"] >= date(2026, 1, 9)),
        (FiltrePieces(etat="inconnu"), lambda _: False),
    ],
)
async def test_un_champ_present_filtre_un_champ_nul_non(
    connexion: Connexion, filtre: FiltrePieces, gardees: Callable[[dict[str, Any]], bool]
) -> None:
    vus, _ = await _tout(connexion, _vue(), filtre, 3)
    assert set(vus) == {ligne["id"] for ligne in LIGNES if gardees(ligne)}


@pytest.mark.parametrize("decroissant", [False, True])
@pytest.mark.parametrize(
    ("filtre", "cles"),
    [
        (FiltrePieces(), (pieces.c.etat, pieces.c.id)),
        (FiltrePieces(etat="a"), (pieces.c.etat, pieces.c.rang, pieces.c.id)),
        (FiltrePieces(rang=1), (pieces.c.etat, pieces.c.rang, pieces.c.id)),
        (FiltrePieces(etat="b", rang=1), (pieces.c.etat, pieces.c.rang, pieces.c.id)),
        (FiltrePieces(etat="b", rang=1, depuis=date(2026, 1, 6)), (pieces.c.rang, pieces.c.id)),
    ],
)
async def test_les_pages_se_suivent_sous_un_filtre_qui_fixe_une_cle(
    connexion: Connexion, filtre: FiltrePieces, cles: tuple[Any, ...], *, decroissant: bool
) -> None:
    vue = _vue(cles=cles, decroissant=decroissant)
    entiere = await vue.lire(connexion, filtre, 50)
    vus, _ = await _tout(connexion, vue, filtre, 2)
    assert vus == [ligne.id for ligne in entiere.lignes]
    comparees = [c.name for c in cles if c.name == "id" or getattr(filtre, c.name) is None]
    presents = frozenset(nom for nom, valeur in asdict(filtre).items() if valeur is not None)
    gauche = ", ".join(f"pieces.{nom}" for nom in comparees)
    assert f"({gauche}) {'<' if decroissant else '>'} (" in str(vue._batir(presents, apres=True))


@pytest.mark.parametrize("decroissant", [False, True])
async def test_une_cle_calculee_laisse_la_premiere_bornee(
    connexion: Connexion, *, decroissant: bool
) -> None:
    """Sans quoi une page profonde relirait tout ce qui la précède : nul index n'a la seconde."""
    requete = select(
        pieces.c.id, pieces.c.rang, func.upper(pieces.c.etat, type_=Text).label("haut")
    )
    colonnes = requete.selected_columns
    vue = VueListe(
        requete=requete,
        filtre=SansFiltre,
        cles=(colonnes.rang, colonnes.haut, colonnes.id),
        decroissant=decroissant,
    )
    vus, _ = await _tout(connexion, vue, SansFiltre(), 2)
    ordre = sorted(LIGNES, key=itemgetter("rang", "etat", "id"), reverse=decroissant)
    assert vus == [ligne["id"] for ligne in ordre]
    borne = "pieces.rang <= " if decroissant else "pieces.rang >= "
    assert borne in str(vue._batir(frozenset(), apres=True))


async def test_une_instruction_se_batit_une_fois_par_jeu_de_filtres(
    connexion: Connexion,
) -> None:
    vue = _vue()
    for etat in "ab":
        await vue.lire(connexion, FiltrePieces(etat=etat), 50)
    ((jeu, instruction),) = vue._baties.items()
    assert jeu == (frozenset({"etat"}), False)
    assert await _tout(connexion, vue, FiltrePieces(etat="a"), 2) != ([], 1)
    assert vue._baties[jeu] is instruction, "la même, page après page"
    await vue.lire(connexion, FiltrePieces(), 50)
    assert len(vue._baties) == 3, "sans filtre; par état; par état, après un curseur"
    texte = str(instruction)
    assert "pieces.etat = " in texte
    assert "IS NULL" not in texte
    assert "pieces.rang = " not in texte, "un filtre absent n'est pas dans l'instruction"


async def test_un_parametre_que_la_requete_lie_est_toujours_donne(
    connexion: Connexion,
) -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class FiltreAuJour:
        le: date | None = None

    vue = VueListe(
        requete=select(pieces).where(pieces.c.debut <= bindparam("le")),
        filtre=FiltreAuJour,
        cles=(pieces.c.id,),
        parametres=frozenset({"le"}),
    )
    vus, _ = await _tout(connexion, vue, FiltreAuJour(le=date(2026, 1, 3)), 2)
    assert vus == [UUID(int=n) for n in range(3)]
    assert await _tout(connexion, vue, FiltreAuJour(), 2) == ([], 1), "nul, mais lié"


def test_une_colonne_qui_n_existe_pas_leve_a_la_declaration() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class FiltreFaux:
        etta: str | None = None

    with pytest.raises(KeyError, match="etta"):
        VueListe(requete=select(pieces), filtre=FiltreFaux, cles=(pieces.c.id,))


def test_une_cle_qu_un_curseur_ne_saurait_relire_leve_a_la_declaration() -> None:
    """Elle ne se verrait qu'à la deuxième page, par un curseur « illisible »."""
    with pytest.raises(TypeError, match="marques"):
        VueListe(requete=select(pieces), filtre=SansFiltre, cles=(pieces.c.marques,))


@pytest.mark.parametrize(
    ("declaration", "faute"),
    [
        ({"requete": select(pieces.c.etat), "cles": (pieces.c.id,)}, "pieces.id"),
        ({"conditions": {"etta": pieces.c.etat == "a"}}, "etta"),
        ({"parametres": frozenset({"le"})}, "le"),
    ],
)
def test_une_cle_ou_un_champ_qui_n_existe_pas_leve_a_la_declaration(
    declaration: dict[str, Any], faute: str
) -> None:
    """Une clé hors de la requête ne se verrait qu'à la deuxième page, par un 500."""
    valable = {"requete": select(pieces), "filtre": SansFiltre, "cles": (pieces.c.id,)}
    with pytest.raises(ValueError, match=faute):
        VueListe(**{**valable, **declaration})


def _curseur(valeurs: list[object], liste: str = "pieces.etat pieces.rang") -> str:
    """Un curseur forgé sous le nom d'une liste."""
    brut = [f"{crc32(liste.encode()):x}", *valeurs]
    return base64.urlsafe_b64encode(json.dumps(brut).encode()).decode()


@pytest.mark.parametrize(
    "curseur",
    [
        "zzz",
        "é",
        base64.urlsafe_b64encode(b"[").decode(),
        base64.urlsafe_b64encode(b"null").decode(),
        base64.urlsafe_b64encode(b'"ab"').decode(),
        _curseur(["a", "1"], "demandes.id"),
        base64.urlsafe_b64encode(b'["a", "1"]').decode(),
        _curseur(["a"]),
        _curseur(["a", "1", "2"]),
        _curseur(["a", 1]),
        _curseur(["a", "x"]),
        _curseur(["a", "2147483648"]),
        _curseur(["a\0", "1"]),
        _curseur([["a\0"], "1"]),
    ],
)
def test_un_curseur_d_ailleurs_est_illisible(curseur: str) -> None:
    with pytest.raises(CurseurIllisible):
        lire_curseur(curseur, (pieces.c.etat, pieces.c.rang))


async def test_une_cle_qui_nomme_deux_objets_n_en_choisit_aucun(connexion: Connexion) -> None:
    with pytest.raises(PlusieursLignes):
        await VueObjet(select(pieces), pieces.c.etat, "Pièce introuvable.").de("a")(connexion)


async def test_un_objet_se_lit_par_sa_cle_ou_leve_introuvable(connexion: Connexion) -> None:
    requete = select(pieces).where(pieces.c.etat == bindparam("etat"))
    vue = VueObjet(requete, pieces.c.id, "Pièce introuvable.")
    assert (await vue.de(UUID(int=4), etat="a")(connexion)).rang == 1
    for cle, etat in ((UUID(int=99), "a"), (UUID(int=4), "b")):
        with pytest.raises(Introuvable, match="Pièce introuvable"):
            await vue.de(cle, etat=etat)(connexion)


async def test_le_parent_absent_est_un_404_dans_la_meme_transaction(banc: MonterBanc) -> None:
    b = await banc(service_a_sous_liste())
    client = b.client("demandeur", organisme="MTQ")
    await client.post("/v1/comptes/a/augmentation", json={"de": 1})
    prises: list[str] = []
    async with b.moteur_api.emprunter() as cx:
        cx.pilote.add_query_logger(lambda r: prises.extend([r.query] * r.query.startswith("BEGIN")))
    present = await client.get("/v1/parents/a/comptes")
    assert (present.status_code, len(prises)) == (200, 1), present.text
    absent = await client.get("/v1/parents/z/comptes")
    assert (absent.status_code, len(prises)) == (404, 2), absent.text
    assert absent.json()["detail"] == "Ce compte n'existe pas."
