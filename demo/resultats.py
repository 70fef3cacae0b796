"""Les résultats de la démonstration : ce que resultats.json écrit et que les rendus dessinent."""

from datetime import date, datetime

from demo.documents import Facture, Ligne, Valeur
from demo.niveaux import Niveaux
from demo.taux import Taux
from demo.vie import Vie


class Mesure(Valeur):
    """Ce que le système dit d'une demande du scénario."""

    cle: str
    numero: str
    organisme: str
    pourquoi: str
    indicateur: str
    verdict: str
    raison: str
    jours: int | None
    delai: int | None
    j0: date | None
    fin: datetime | None
    exclue: bool


class Intervalle(Valeur):
    """Des jours qui se suivent et ont le même sort, bornes comprises."""

    debut: date
    fin: date
    motif: str
    libelle: str
    jours: int
    phrase: str


class Fait(Valeur):
    """Un événement de la demande, et ce qu'il fait à la mesure."""

    nature: str
    survenu_le: datetime
    enregistre_le: datetime
    effet: str


class Explication(Valeur):
    """Une mesure expliquée intervalle par intervalle (SLA-3)."""

    cle: str
    numero: str
    organisme: str
    indicateur: str
    libelle: str
    verdict: str
    conclusion: str
    jours: int
    delai: int
    j0: date
    fin: datetime
    intervalles: tuple[Intervalle, ...]
    faits: tuple[Fait, ...]


class Echanges(Valeur):
    """Ce qui est passé par les portes du système."""

    appels: int
    evenements_itsm: int
    repetitions_itsm: int
    differes_restants: int
    sortants: dict[str, int]
    """Les webhooks que l'ITSM a reçus de nous, par type d'événement."""
    fausses_signatures: int
    pannes_itsm: int


class Rectification(Valeur):
    """Un acte que le CSC a rectifié, lu de la chronologie de sa demande (DEM-13)."""

    cle: str
    geste: str
    annonce_le: datetime
    juste: datetime | None
    """L'heure juste; absente : l'acte est nul."""
    motif: str
    dite_le: datetime


class Arrivees(Valeur):
    """Comment les actes de l'ITSM sont arrivés, et ce qu'en disent les chronologies (DEM-12)."""

    hors_ordre: int
    """Annoncés après un acte de la même demande survenu plus tard."""
    redits: int
    """Annoncés de nouveau sous un autre identifiant : le même fait."""
    inscrits: int
    """Dans les chronologies, nuls compris : ni les redits ni les répétitions n'y ajoutent."""
    differes: int
    """Des inscrits, ceux qui ont dû attendre d'autres actes."""
    rectifications: tuple[Rectification, ...]

    @property
    def comptes(self) -> dict[str, int]:
        """Ce que l'oracle compte, par nom."""
        return {
            "hors_ordre": self.hors_ordre,
            "redits": self.redits,
            "inscrits": self.inscrits,
            "differes": self.differes,
            "redates": sum(r.juste is not None for r in self.rectifications),
            "nuls": sum(r.juste is None for r in self.rectifications),
        }


class Attente(Valeur):
    """Une ligne mise en attente faute de montant, puis levée."""

    tarif: str
    motif: str
    signalee_le: datetime
    levee_le: datetime | None


class Ecart(Valeur):
    """Un chiffre qui diffère de l'oracle."""

    chiffre: str
    attendu: str
    obtenu: str
    raisonnement: str = ""


class Resultats(Valeur):
    """Tout ce que la démonstration a produit."""

    presentation: str
    periode: str
    organismes: dict[str, str]
    mesures: tuple[Mesure, ...]
    taux: tuple[Taux, ...]
    factures: tuple[Facture, ...]
    explication: Explication
    ligne_expliquee: Ligne
    attente: Attente
    echanges: Echanges
    arrivees: Arrivees
    vie: Vie
    niveaux: Niveaux
    recalcul: str = ""
    """Ce que conclut la commande qui recalcule tout, une fois les factures émises (FAC-14)."""
    chiffres_verifies: int = 0
    ecarts: tuple[Ecart, ...] = ()
    duree_s: float = 0.0

    def ecrire(self) -> str:
        """Le JSON de resultats.json."""
        return self.model_dump_json(indent=2)
