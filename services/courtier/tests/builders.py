"""Ce que les essais du Courtier fabriquent : un petit Catalogue et ses acteurs."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from calendrier import Calendrier, lire_versions, version_en_vigueur
from courtier.catalogue.domaine import (
    BASE,
    Caracteristiques,
    Composante,
    Composition,
    EntenteCadre,
    GrillePrix,
    Offre,
    OffreAuCatalogue,
    Periodicite,
    Prix,
    Qualification,
)
from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.domaine.termes import Documents, Termes
from courtier.dossiers.domaine.elements import Element, Voulu, composer
from courtier.dossiers.domaine.scenarios import Chiffrage, Scenario
from courtier.organismes.domaine import Mandat, Registre
from noyau import Acte, Acteur

COURTIER = Acteur("courtier-1", None, frozenset({"courtier"}))
GESTIONNAIRE = Acteur("gestionnaire-mtq", "MTQ", frozenset({"gestionnaire"}))
SIGNATAIRE = Acteur("signataire-mtq", "MTQ", frozenset({"signataire"}))

FOURNISSEUR, AUTRE_FOURNISSEUR = UUID(int=1), UUID(int=2)
ENTENTE_ID, AUTRE_ENTENTE = UUID(int=10), UUID(int=11)
COURRIEL, TABLEUR = UUID(int=100), UUID(int=101)
CONTRAT_ID = UUID(int=1000)
DOSSIER_ID = UUID(int=1001)
MANDAT_ID = UUID(int=2000)

CATEGORIES = {"courriel": "Courriel", "tableur": "Tableur"}
LE_2_SEPTEMBRE = datetime(2026, 9, 2, 14, tzinfo=UTC)

ENTENTE = EntenteCadre(
    id=ENTENTE_ID,
    numero="EC-1",
    fournisseur_id=FOURNISSEUR,
    debut=date(2026, 4, 1),
    fin=date(2029, 4, 1),
)
VOULU: Voulu = {COURRIEL: {BASE: 40}, TABLEUR: {BASE: 7}}
SCENARIO = Scenario(
    id=UUID(int=3000),
    titre="Nuage boréal",
    entente_id=ENTENTE_ID,
    fournisseur_id=FOURNISSEUR,
    offres=(),
)
DOCUMENTS = Documents(contrat="a" * 64, annexe_modificative="b" * 64, engagement="c" * 64)


def calendrier() -> Calendrier:
    return Calendrier.depuis(version_en_vigueur(lire_versions(), date(2026, 9, 1)))


def acte(acteur: Acteur = COURTIER, le: datetime = LE_2_SEPTEMBRE) -> Acte:
    return Acte(acteur, le)


def caracteristiques(
    *,
    categorie: str = "courriel",
    entente_id: UUID = ENTENTE_ID,
    qualification: Qualification = Qualification.QUALIFIEE,
) -> Caracteristiques:
    return Caracteristiques(
        titre=f"Offre de {categorie}",
        categorie=categorie,
        description="",
        entente_id=entente_id,
        qualification=qualification,
        lieux_hebergement=(),
    )


def offre(
    identifiant: UUID = COURRIEL,
    *,
    fournisseur_id: UUID = FOURNISSEUR,
    publiee: bool = True,
    decrite: Caracteristiques | None = None,
) -> Offre:
    return Offre(
        id=identifiant,
        fournisseur_id=fournisseur_id,
        version=2,
        publiee=publiee,
        depuis=LE_2_SEPTEMBRE,
        caracteristiques=decrite or caracteristiques(),
    )


def grille(identifiant: UUID, *prix: tuple[str, date]) -> GrillePrix:
    """Une grille de (prix, date d'effet), versions numérotées dans l'ordre."""
    versions = tuple(
        Prix(rang, le, Composition.simple(Decimal(montant)), LE_2_SEPTEMBRE)
        for rang, (montant, le) in enumerate(prix, 1)
    )
    return GrillePrix(identifiant, versions)


def catalogue(courriel: str = "12.50", tableur: str = "3.333333") -> dict[UUID, OffreAuCatalogue]:
    le = date(2026, 9, 1)
    return {
        COURRIEL: OffreAuCatalogue(offre(COURRIEL), grille(COURRIEL, (courriel, le))),
        TABLEUR: OffreAuCatalogue(offre(TABLEUR), grille(TABLEUR, (tableur, le))),
    }


def elements(
    courriel: str = "12.50", tableur: str = "3.333333", duree_mois: int = 24
) -> tuple[Element, ...]:
    return composer(
        VOULU,
        duree_mois=duree_mois,
        entente=ENTENTE,
        catalogue=catalogue(courriel, tableur),
        le=date(2026, 9, 2),
    )


def chiffrage(duree_mois: int = 24, courriel: str = "12.50") -> Chiffrage:
    return Chiffrage(
        scenario_id=SCENARIO.id,
        duree_mois=duree_mois,
        elements=elements(courriel=courriel, duree_mois=duree_mois),
        calcule_le=LE_2_SEPTEMBRE,
    )


def termes(debut: date = date(2026, 10, 1), duree_mois: int = 24) -> Termes:
    return Termes(debut, duree_mois, elements(duree_mois=duree_mois))


def composante(
    code: str = BASE, prix: str = "12.50", periodicite: Periodicite = Periodicite.MOIS
) -> Composante:
    return Composante(
        code=code,
        libelle=f"Ce que paie {code}",
        unite="utilisateur",
        periodicite=periodicite,
        prix=Decimal(prix),
    )


def mandat(
    identifiant: UUID = MANDAT_ID,
    *,
    sujet: str = SIGNATAIRE.sujet,
    familles: tuple[str, ...] = ("contrat_specifique",),
    plafond: str | None = None,
    debut: date = date(2026, 4, 1),
    fin: date | None = None,
) -> Mandat:
    return Mandat(
        id=identifiant,
        organisme="MTQ",
        sujet=sujet,
        familles=familles,
        plafond=None if plafond is None else Decimal(plafond),
        debut=debut,
        fin=fin,
        sequence=1,
    )


REGISTRE = Registre((mandat(),))


def contrat_prepare() -> Contrat:
    contrat, _ = Contrat.preparer(
        CONTRAT_ID,
        "MTQ",
        dossier_id=DOSSIER_ID,
        scenario=SCENARIO,
        termes=termes(),
        documents=DOCUMENTS,
        acte=acte(),
    )
    return contrat
