"""Les corps des étapes 1 à 4 : besoins, EFVP, consultation, conformité, scénarios, choix."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field
from pydantic.config import JsonDict

from contrats.base import CodeOuvert
from courtier.catalogue.domaine import Criteres, EtatOffre, Zone
from courtier.dossiers.cas_usage.analyses import (
    AutoriserScenario,
    ChoisirScenario,
    ConsulterCatalogue,
    DeposerEfvp,
    DireScenario,
)
from courtier.dossiers.cas_usage.dossiers import PoserGeste
from courtier.dossiers.domaine.besoins import Besoins, Donnees, Exigence, Nature, UniteBesoin
from courtier.dossiers.domaine.choix import Reddition
from courtier.dossiers.domaine.conformite import (
    BancEssai,
    Conformite,
    Question,
    Reponse,
    Source,
    Verdict,
)
from courtier.dossiers.domaine.efvp import Examen
from courtier.dossiers.entrees.schemas import ExamenIn
from courtier.dossiers.entrees.valeurs import (
    ENTENTE_ID,
    LIEU,
    OFFRE,
    OFFRE_ID,
    SCENARIO_ID,
    Empreinte,
    Identifiant,
    Justifications,
    OffresVoulues,
    Periodes,
)
from courtier.dossiers.ports import PieceDite
from courtier.pieces.domaine import GenrePiece
from socle.champs import Jour, Motif, Nom, NomFacultatif, Texte
from socle.web import Entree, exemple

Dollars = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
_CONSOMMATION: list[JsonDict] = [
    {"du_mois": 1, "au_mois": 12, "quantite": 100},
    {"du_mois": 13, "au_mois": 24, "quantite": 120},
]


class ExigenceIn(Entree):
    """Ce qu'une offre doit satisfaire."""

    code: CodeOuvert = Field(examples=["boite_50_go"])
    nature: Nature
    texte: Motif


class BesoinsIn(Entree):
    """Les besoins et les enjeux (étape 1)."""

    model_config = exemple(
        {
            "exigences": [
                {
                    "code": "boite_50_go",
                    "nature": "fonction",
                    "texte": "Une boîte d'au moins 50 Go.",
                },
                {"code": "sgqri_008", "nature": "autre", "texte": "Conforme à SGQRI 008."},
            ],
            "duree_mois": 24,
            "unite": "usagers",
            "consommation": [*_CONSOMMATION],
            "methode": "Effectif au 31 mars, et les embauches autorisées.",
            "budget": "40000.00",
            "sensibilite": "protégé B",
            "risque": "Interruption tolérée : une journée.",
            "renseignements_personnels": True,
        }
    )

    exigences: Annotated[tuple[ExigenceIn, ...], Field(min_length=1, max_length=100)]
    duree_mois: int = Field(
        ge=1, le=1_200, description="Renouvellements compris; 36 au plus (CI-17)."
    )
    unite: UniteBesoin
    consommation: Periodes = Field(description="L'estimation, par période (CI-14).")
    methode: Motif = Field(description="Comment le volume est estimé.")
    budget: Dollars
    sensibilite: Nom
    risque: Texte
    renseignements_personnels: bool

    @property
    def contenu(self) -> Besoins:
        return Besoins(
            exigences=tuple(Exigence(**dict(e)) for e in self.exigences),
            duree_mois=self.duree_mois,
            unite=self.unite,
            consommation=tuple(q.besoin for q in self.consommation),
            methode=self.methode,
            budget=self.budget,
            donnees=Donnees(
                sensibilite=self.sensibilite,
                risque=self.risque,
                renseignements_personnels=self.renseignements_personnels,
            ),
        )


class EfvpIn(Entree):
    """Une EFVP datée, par son empreinte, et ses conclusions (CI-13)."""

    model_config = exemple(
        {
            "date": "2026-09-01",
            "empreinte": "d" * 64,
            "examens": [{**LIEU, "accepte": True, "motif": "Hébergement au Québec."}],
        }
    )

    date: Jour
    empreinte: Empreinte
    examens: Annotated[tuple[ExamenIn, ...], Field(min_length=1, max_length=200)]

    def commande(self, dossier_id: UUID, piece_id: UUID) -> DeposerEfvp:
        piece = PieceDite(
            piece_id=piece_id,
            genre=GenrePiece.EFVP,
            titre="Évaluation des facteurs relatifs à la vie privée",
            empreinte=self.empreinte,
            datee_le=self.date,
        )
        examens = tuple(Examen(**dict(e)) for e in self.examens)
        return DeposerEfvp(dossier_id=dossier_id, examens=examens, piece=piece)


class CriteresIn(Entree):
    """Ce qu'on cherche, comme à `GET /v1/offres`; un critère absent ne filtre pas (CI-11)."""

    q: NomFacultatif = Field(
        default="",
        description="Mots du titre, de la description, de la catégorie, du fournisseur.",
    )
    categorie: Identifiant | None = None
    fournisseur_id: UUID | None = None
    qualification: EtatOffre | None = None
    zone: Zone | None = Field(default=None, description="Un de ses lieux d'hébergement y est.")
    prix_maximum: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=6)] | None = Field(
        default=None,
        description="Dollars de la base, par unité et par mois; payée une seule fois, elle n'y"
        " répond pas.",
    )

    @property
    def criteres(self) -> Criteres:
        return Criteres(**dict(self))


class ConsultationIn(Entree):
    """Le Catalogue consulté : les critères, et les offres retenues de celles qu'on y trouve."""

    model_config = exemple({"criteres": {"categorie": "courriel"}, "offres": [OFFRE_ID]})

    criteres: CriteresIn
    offres: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)] = Field(
        description="Retenues; une offre que la recherche ne trouve pas est refusée (CI-10)."
    )

    def commande(self, dossier_id: UUID) -> ConsulterCatalogue:
        return ConsulterCatalogue(
            dossier_id=dossier_id,
            criteres=self.criteres.criteres,
            offres=tuple(dict.fromkeys(self.offres)),
        )


class PrecisionIn(Entree):
    """Une question à un fournisseur, sur une de ses offres; sans date, aujourd'hui."""

    model_config = exemple({"offre_id": OFFRE_ID, "texte": "L'archivage est-il compris?"})

    offre_id: UUID
    texte: Motif
    posee_le: Jour | None = None

    def contenu(self, question_id: UUID, aujourdhui: Jour) -> Question:
        return Question(
            id=question_id,
            offre_id=self.offre_id,
            texte=self.texte,
            posee_le=self.posee_le or aujourdhui,
        )


class ReponseIn(Entree):
    """Ce que le fournisseur répond; sans date, aujourd'hui."""

    model_config = exemple({"texte": "Oui, sept ans."})

    texte: Motif
    recue_le: Jour | None = None

    def contenu(self, question_id: UUID, aujourdhui: Jour) -> Reponse:
        return Reponse(
            question_id=question_id, texte=self.texte, recue_le=self.recue_le or aujourdhui
        )


class BancEssaiIn(Entree):
    """Un banc d'essai : sans renseignement personnel, sans frais, sans engagement (CI-13)."""

    model_config = exemple(
        {
            "offre_id": OFFRE_ID,
            "debut": "2026-09-01",
            "fin": "2026-09-01",
            "conclusion": "Cent boîtes fictives, aucune perte.",
            "renseignements_personnels": False,
        }
    )

    offre_id: UUID
    debut: Jour
    fin: Jour
    conclusion: Motif
    renseignements_personnels: bool
    frais: Dollars = Decimal("0.00")
    engagement: bool = False

    def contenu(self, banc_id: UUID) -> BancEssai:
        return BancEssai(id=banc_id, **dict(self))


class VerdictIn(Entree):
    """Une exigence, satisfaite ou non, et d'où on le tient."""

    exigence: CodeOuvert
    satisfaite: bool
    source: Source
    source_id: UUID | None = Field(default=None, description="La précision ou le banc d'essai.")
    note: Texte = ""


class ConformiteIn(Entree):
    """Une ligne de la matrice : une offre, et chaque exigence (étape 3)."""

    model_config = exemple(
        {
            "offre_id": OFFRE_ID,
            "verdicts": [
                {"exigence": "boite_50_go", "satisfaite": True, "source": "fiche"},
                {"exigence": "sgqri_008", "satisfaite": True, "source": "fiche"},
            ],
        }
    )

    offre_id: UUID
    verdicts: Annotated[tuple[VerdictIn, ...], Field(min_length=1, max_length=100)]

    @property
    def contenu(self) -> Conformite:
        return Conformite(
            offre_id=self.offre_id, verdicts=tuple(Verdict(**dict(v)) for v in self.verdicts)
        )


class ScenarioIn(Entree):
    """Un scénario : des offres d'un même fournisseur, qui servent tout le besoin (étape 4)."""

    model_config = exemple({"titre": "Nuage boréal", "entente_id": ENTENTE_ID, "offres": [OFFRE]})

    titre: Nom
    entente_id: UUID
    offres: OffresVoulues

    def commande(self, dossier_id: UUID, scenario_id: UUID) -> DireScenario:
        return DireScenario(
            dossier_id=dossier_id,
            scenario_id=scenario_id,
            titre=self.titre,
            entente_id=self.entente_id,
            offres=tuple(o.voulue for o in self.offres),
        )


class ChoixIn(Entree):
    """Le scénario retenu; tous se rechiffrent aux prix du jour."""

    model_config = exemple(
        {"scenario_id": SCENARIO_ID, "indicateur_responsable": None, "justifications": []}
    )

    scenario_id: UUID
    indicateur_responsable: Nom | None = Field(
        default=None, description="L'indicateur d'acquisition responsable du choix (CI-18)."
    )
    justifications: Justifications = Field(
        default=(), description="Le motif de chaque réserve que porte ce choix (CI-15)."
    )

    def commande(self, dossier_id: UUID) -> ChoisirScenario:
        return ChoisirScenario(
            dossier_id=dossier_id,
            scenario_id=self.scenario_id,
            indicateur_responsable=self.indicateur_responsable,
            justifications=tuple(j.justification for j in self.justifications),
        )


class AutorisationIn(Entree):
    """L'autorisation du dirigeant, pour un scénario qui n'est pas le plus bas (CI-15)."""

    model_config = exemple(
        {
            "scenario_id": SCENARIO_ID,
            "date": "2026-09-01",
            "criteres": ["compatibilite_technologique"],
            "justification": "Seule offre compatible avec l'annuaire en place.",
            "ecart_autorise": "2500.00",
            "empreinte": "e1" * 32,
        }
    )

    scenario_id: UUID
    date: Jour
    criteres: Annotated[tuple[CodeOuvert, ...], Field(max_length=20)] = Field(
        description="Au moins un, lié à l'objet du contrat."
    )
    justification: Motif
    ecart_autorise: Dollars = Field(
        description="Ce que le dirigeant accepte de payer au-dessus du plus bas prix."
    )
    empreinte: Empreinte | None = Field(
        default=None, description="La fiche signée; requise si le dirigeant ne la pose pas."
    )

    def commande(self, dossier_id: UUID, piece_id: UUID) -> AutoriserScenario:
        piece = self.empreinte and PieceDite(
            piece_id=piece_id,
            genre=GenrePiece.AUTORISATION_DIRIGEANT,
            titre="Autorisation du dirigeant de l'organisme",
            empreinte=self.empreinte,
            datee_le=self.date,
        )
        champs = self.model_dump(exclude={"empreinte"})
        return AutoriserScenario(dossier_id=dossier_id, piece=piece or None, **champs)


class RedditionIn(Entree):
    """La reddition de comptes au SCT, par sa date et son empreinte (CI-15)."""

    model_config = exemple({"date": "2026-09-01", "empreinte": "7" * 64})

    date: Jour
    empreinte: Empreinte

    def commande(self, dossier_id: UUID, piece_id: UUID) -> PoserGeste:
        piece = PieceDite(
            piece_id=piece_id,
            genre=GenrePiece.REDDITION_SCT,
            titre="Reddition de comptes au Secrétariat du Conseil du trésor",
            empreinte=self.empreinte,
            datee_le=self.date,
        )
        contenu = Reddition(date=self.date, empreinte=self.empreinte)
        return PoserGeste(dossier_id=dossier_id, contenu=contenu, pieces=(piece,))
