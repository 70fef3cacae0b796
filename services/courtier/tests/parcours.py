"""Des dossiers purs, menés d'un geste à l'autre, et le petit Catalogue qui les chiffre."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from courtier.catalogue.domaine import (
    Criteres,
    EntenteCadre,
    Fiche,
    OffreAuCatalogue,
    OffreTrouvee,
)
from courtier.dossiers.domaine.actes import Contenu, Geste, ScenarioChiffre
from courtier.dossiers.domaine.besoins import (
    Besoins,
    Donnees,
    Exigence,
    Nature,
    PeriodeBesoin,
    UniteBesoin,
)
from courtier.dossiers.domaine.choix import Autorisation, Choix
from courtier.dossiers.domaine.conformite import (
    Conformite,
    Consultation,
    Source,
    Verdict,
)
from courtier.dossiers.domaine.demarrage import (
    Admissibilite,
    Budget,
    Confirmation,
    Contact,
    Informations,
    Preparation,
    Rencontre,
    SignatureClient,
    Verification,
)
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.efvp import Efvp
from courtier.dossiers.domaine.etapes import Circonstances, avancer
from courtier.dossiers.domaine.scenarios import (
    Calcul,
    ComposanteVoulue,
    OffreVoulue,
    Scenario,
    recalculer,
)
from courtier.pieces.domaine import Visa
from services.courtier.tests.builders import (
    AUTRE_ENTENTE,
    AUTRE_FOURNISSEUR,
    CONTRAT_ID,
    COURRIEL,
    DOSSIER_ID,
    ENTENTE,
    ENTENTE_ID,
    FOURNISSEUR,
    GESTIONNAIRE,
    LE_2_SEPTEMBRE,
    TABLEUR,
    acte,
    caracteristiques,
    grille,
    offre,
)

JOUR = date(2026, 9, 2)
DONNEES = Donnees(sensibilite="aucune", risque="", renseignements_personnels=False)
FICHE = Fiche(
    nom="Nuage boréal inc.",
    neq="1170000001",
    pays="CA",
    partenaire=None,
    personnes_ressources=(),
    lieux_hebergement=(),
    developpement_durable=(),
    accessibilite="",
    conditions="NB-CG-1",
    annexe_modificative="AM-14",
)
CHER, BAS = UUID(int=3001), UUID(int=3002)
ENTENTES: Mapping[UUID, EntenteCadre] = {
    ENTENTE_ID: ENTENTE,
    AUTRE_ENTENTE: replace(
        ENTENTE, id=AUTRE_ENTENTE, numero="EC-2", fournisseur_id=AUTRE_FOURNISSEUR
    ),
}


def besoins(*quantites: int, rp: bool = False) -> Besoins:
    """Un an par quantité d'usagers; 24 mois à 40 si l'on n'en dit rien."""
    dits = quantites or (40, 40)
    return Besoins(
        exigences=(Exigence("boite", Nature.FONCTION, "Une boîte."),),
        duree_mois=12 * len(dits),
        unite=UniteBesoin.USAGERS,
        consommation=tuple(PeriodeBesoin(12 * n + 1, 12 * n + 12, q) for n, q in enumerate(dits)),
        methode="Effectif.",
        budget=Decimal("50000.00"),
        donnees=replace(DONNEES, renseignements_personnels=rp),
    )


def scenario(identifiant: UUID, offre_id: UUID, sert: int = 1) -> Scenario:
    """Un scénario d'une offre : `CHER` du premier fournisseur, `BAS` du second."""
    bas = identifiant == BAS
    base = ComposanteVoulue(code="base", sert=Decimal(sert))
    return Scenario(
        id=identifiant,
        titre="Scénario",
        entente_id=AUTRE_ENTENTE if bas else ENTENTE_ID,
        fournisseur_id=AUTRE_FOURNISSEUR if bas else FOURNISSEUR,
        offres=(OffreVoulue(offre_id=offre_id, lieu=None, composantes=(base,)),),
    )


SCENARIOS = (scenario(CHER, COURRIEL), scenario(BAS, TABLEUR))


def marche(cher: str = "12.50", bas: str = "10.00") -> Mapping[UUID, OffreAuCatalogue]:
    """Deux offres de deux fournisseurs, à ces prix."""
    autre = replace(caracteristiques(categorie="tableur"), entente_id=AUTRE_ENTENTE)
    seconde = offre(TABLEUR, fournisseur_id=AUTRE_FOURNISSEUR, decrite=autre)
    le = date(2026, 9, 1)
    return {
        COURRIEL: OffreAuCatalogue(offre(COURRIEL), grille(COURRIEL, (cher, le))),
        TABLEUR: OffreAuCatalogue(seconde, grille(TABLEUR, (bas, le))),
    }


def calculs(
    cher: str = "12.50", bas: str = "10.00", dits: Besoins | None = None
) -> tuple[Calcul, ...]:
    """Les deux scénarios, chiffrés à ces prix."""
    return recalculer(
        SCENARIOS,
        dits or besoins(),
        ententes=ENTENTES,
        catalogue=marche(cher, bas),
        le=LE_2_SEPTEMBRE,
    )


def circonstances(jour: date = JOUR, *, rcti: bool = True, pays: str = "CA") -> Circonstances:
    """Les deux offres de `marche`, et les fiches de leurs fournisseurs."""
    fiche = replace(FICHE, pays=pays)
    return Circonstances(
        jour=jour,
        assujetti_rcti=rcti,
        offres={offre_id: lue.offre for offre_id, lue in marche().items()},
        fiches={FOURNISSEUR: fiche, AUTRE_FOURNISSEUR: fiche},
    )


def conforme(offre_id: UUID, *, satisfaite: bool = True) -> Conformite:
    verdict = Verdict(
        exigence="boite", satisfaite=satisfaite, source=Source.FICHE, source_id=None, note=""
    )
    return Conformite(offre_id=offre_id, verdicts=(verdict,))


def autorisation(ecart: str = "5000.00", le: date = JOUR, scenario_id: UUID = CHER) -> Autorisation:
    return Autorisation(
        scenario_id=scenario_id,
        date=le,
        criteres=("performance",),
        justification="Plus rapide.",
        ecart_autorise=Decimal(ecart),
        par_le_dirigeant=True,
        empreinte=None,
    )


def choix(scenario_id: UUID = BAS, cher: str = "12.50", bas: str = "10.00") -> Choix:
    return Choix(scenario_id=scenario_id, indicateur_responsable=None, calculs=calculs(cher, bas))


def budget(montant: str = "20000.00") -> Budget:
    return Budget(montant=Decimal(montant), date=JOUR, empreinte="f" * 64)


def confirmation(*quantites: int, cher: str = "12.50", bas: str = "10.00") -> Confirmation:
    """Sans quantité, rien n'a changé."""
    dits = besoins(*quantites)
    return Confirmation(
        duree_mois=dits.duree_mois if quantites else None,
        consommation=dits.consommation if quantites else None,
        offres=None,
        calculs=calculs(cher, bas, dits),
    )


def admissibilite(
    fournisseur_id: UUID = AUTRE_FOURNISSEUR,
    jusqu_au: date = date(2026, 12, 31),
    nature: str = "attestation",
) -> Admissibilite:
    verification = Verification(
        nature=nature, faite_le=JOUR, valide_jusqu_au=jusqu_au, empreinte="9" * 64
    )
    return Admissibilite(fournisseur_id=fournisseur_id, verifications=(verification,))


CONSULTATION = Consultation(
    criteres=Criteres(),
    le=JOUR,
    trouvees=(OffreTrouvee(COURRIEL, 2, 1), OffreTrouvee(TABLEUR, 2, 1)),
    retenues=(COURRIEL, TABLEUR),
)
INFORMATIONS = Informations(texte="", conditions_lues=True, engagement_lu=True)
RENCONTRE = Rencontre(tenue_le=LE_2_SEPTEMBRE, ordre_du_jour=("objectifs",))
CONTACT = Contact(fournisseur_id=AUTRE_FOURNISSEUR, partenaire=None, le=LE_2_SEPTEMBRE)
EFVP = Efvp(date=JOUR, empreinte="d" * 64, donnees=DONNEES, conclusions=())

CHEMIN: tuple[Callable[[], Contenu], ...] = (
    besoins,
    lambda: CONSULTATION,
    lambda: conforme(COURRIEL),
    lambda: conforme(TABLEUR),
    lambda: ScenarioChiffre(scenario=SCENARIOS[0], calcul=calculs()[0]),
    lambda: ScenarioChiffre(scenario=SCENARIOS[1], calcul=calculs()[1]),
    choix,
    lambda: CONTACT,
    lambda: INFORMATIONS,
    lambda: RENCONTRE,
    budget,
    confirmation,
    admissibilite,
    lambda: Preparation(contrat_id=CONTRAT_ID, calculs=calculs()),
    lambda: SignatureClient(contrat_id=CONTRAT_ID, calculs=calculs()),
)
"""Un dossier sans renseignement personnel qui choisit le plus bas, de bout en bout."""

VIDE = Dossier(
    id=DOSSIER_ID, organisme="MTQ", titre="Courriel", ouverture=Visa("g", LE_2_SEPTEMBRE)
)


def poser(
    dossier: Dossier,
    *contenus: Contenu,
    le: datetime = LE_2_SEPTEMBRE,
    dans: Circonstances | None = None,
) -> Dossier:
    """Le dossier et ces gestes de plus, chacun par la seule porte."""
    for contenu in contenus:
        dossier = avancer(dossier, contenu, dans or circonstances(), acte(GESTIONNAIRE, le))
    return dossier


def mene(jusqu_a: Geste) -> Dossier:
    """Le dossier du chemin, son premier geste de ce nom compris (des semblables, le dernier)."""
    dossier, atteint = VIDE, False
    for faire in CHEMIN:
        contenu = faire()
        suivant = poser(dossier, contenu)
        if atteint and suivant.actes[-1].geste is not jusqu_a:
            return dossier
        dossier, atteint = suivant, suivant.actes[-1].geste is jusqu_a
    return dossier


UN_JOUR = timedelta(days=1)
