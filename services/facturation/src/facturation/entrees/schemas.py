"""Les corps reçus et rendus par facturation."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from contrats.base import CodeOrganisme, CodeTarif, Periode
from facturation.adaptateurs.vues import Apercu
from facturation.cas_usage.demander_execution import DemanderExecution
from facturation.domaine import documents
from facturation.domaine.dus import Nature
from facturation.domaine.executions import EtatSort, Execution, Sort
from socle.noyau import Mois
from socle.web import Entree, Sortie

Argent = Annotated[str, Field(pattern=r"^-?\d+\.\d{2}$", description="Dollars canadiens.")]
Numero = Annotated[
    str, Field(pattern=r"^\d{4}-\d{4}-\d{6,9}$", examples=["2026-2027-000123"], max_length=24)
]

_ID = "0199f0a0-0000-7000-8000-000000000011"
_ACTIF = "0199f0a0-0000-7000-8000-000000000012"
_EVENEMENT = "0199f0a0-0000-7000-8000-000000000013"
_TOTAUX = {"total_avant_taxes": "58.80", "tps": "0.00", "tvq": "0.00", "total": "58.80"}
_LIGNE = {
    "rang": 1,
    "nature": "abonnement",
    "source": _ACTIF,
    "evenements": [_EVENEMENT],
    "produit": "POSTE-FIXE-2022",
    "produit_libelle": "Poste fixe normalisé, modèle 2022",
    "tarif": "POSTE-01",
    "libelle": "Équipement bureautique, poste, ligne 1",
    "fiche": "POSTES",
    "version_fiche": 1,
    "version_prix": None,
    "periode": "2026-09",
    "debut": "2026-09-19",
    "fin": "2026-10-01",
    "quantite": "0.4",
    "prix_unitaire": "147.00",
    "majoration": "0",
    "calcul": "147,00 $ × 12 ÷ 30",
    "regularisation": False,
    "deja_facture": "0.00",
    "montant": "58.80",
}
_DESTINATAIRE = {
    "nom": "Ministère des Transports et de la Mobilité durable",
    "adresse": "700, boulevard René-Lévesque Est, Québec (Québec) G1R 5H1",
    "interlocuteur": "Camille Tremblay",
    "courriel": "camille.tremblay@exemple.gouv.qc.ca",
}
_PROJET = {
    "organisme": "MTQ",
    "periode": "2026-09",
    "destinataire": _DESTINATAIRE,
    "taxable": False,
    "lignes": [_LIGNE],
    **_TOTAUX,
}
_RESUME = {
    "numero": "2026-2027-000123",
    "organisme": "MTQ",
    "periode": "2026-09",
    "emise_le": "2026-10-01",
    "nombre_lignes": 1,
    **_TOTAUX,
    "empreinte": "9f" * 32,
}


def exemple(valeur: dict[str, Any]) -> ConfigDict:
    """La configuration d'un schéma qui porte son exemple."""
    return ConfigDict(json_schema_extra={"examples": [valeur]})


class ExecutionIn(Entree):
    """Une période à émettre, ou à calculer sans rien écrire."""

    model_config = exemple({"periode": "2026-09", "apercu": False})

    periode: Annotated[
        str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-09"])
    ] = Field(description="Un mois civil « aaaa-mm ».")
    organisme: CodeOrganisme | None = Field(default=None, description="Absent : tous.")
    apercu: bool = Field(default=False, description="Vrai : calcule et n'écrit rien (FAC-7).")

    @property
    def mois(self) -> Mois:
        return Mois.lire(self.periode)

    def commande(self, identifiant: UUID) -> DemanderExecution:
        return DemanderExecution(id=identifiant, periode=self.mois, organisme=self.organisme)


class SortOut(Sortie):
    """Où en est un organisme; en attente, la raison est dite."""

    organisme: str
    etat: EtatSort
    numero: str | None
    total: Argent | None
    raison: str | None

    @classmethod
    def de(cls, sort: Sort) -> "SortOut":
        return cls(
            organisme=sort.organisme,
            etat=sort.etat,
            numero=sort.numero,
            total=None if sort.total is None else str(sort.total),
            raison=sort.raison,
        )


class ExecutionOut(Sortie):
    """Une exécution et son avancement, organisme par organisme (FAC-6)."""

    model_config = exemple(
        {
            "id": _ID,
            "periode": "2026-09",
            "organisme": None,
            "demandee_le": "2026-10-01T12:00:00Z",
            "etat": "en_cours",
            "organismes": 2,
            "traites": 1,
            "sorts": [
                {
                    "organisme": "MTQ", "etat": "emise", "numero": "2026-2027-000123",
                    "total": "58.80", "raison": None,
                },
                {
                    "organisme": "RAMQ", "etat": "a_faire", "numero": None, "total": None,
                    "raison": None,
                },
            ],
        }
    )  # fmt: skip

    id: UUID
    periode: Periode
    organisme: str | None = Field(description="Absent : tous.")
    demandee_le: datetime
    etat: Literal["en_cours", "terminee"]
    organismes: int
    traites: int
    sorts: list[SortOut]

    @classmethod
    def de(cls, execution: Execution) -> "ExecutionOut":
        a_faire = sum(sort.etat is EtatSort.A_FAIRE for sort in execution.sorts)
        return cls(
            id=execution.id,
            periode=str(execution.periode),
            organisme=execution.organisme,
            demandee_le=execution.demandee_le,
            etat="terminee" if execution.terminee else "en_cours",
            organismes=len(execution.sorts),
            traites=len(execution.sorts) - a_faire,
            sorts=[SortOut.de(sort) for sort in execution.sorts],
        )


class DestinataireOut(Sortie):
    """À qui la facture s'adresse."""

    nom: str
    adresse: str
    interlocuteur: str | None
    courriel: str | None


class LigneOut(Sortie):
    """Une ligne qui s'explique seule : actif ou acte, événements, tarif, calcul (FAC-9)."""

    model_config = exemple(_LIGNE)

    rang: int
    nature: Nature
    source: str = Field(description="L'actif ou l'acte facturé.")
    evenements: list[UUID] = Field(description="Les événements qui ont rendu la somme due.")
    produit: str | None
    produit_libelle: str | None
    tarif: CodeTarif
    libelle: str
    fiche: str | None = Field(description="La fiche qui porte le tarif.")
    version_fiche: int | None
    version_prix: int | None = Field(description="La version du prix au ROPN, s'il en vient.")
    periode: Periode = Field(description="La période d'origine (FAC-7).")
    debut: date
    fin: date | None = Field(description="Exclue; absente pour un acte.")
    quantite: str = Field(description="Ce que multiplie le prix, fraction de mois comprise.")
    prix_unitaire: str | None
    majoration: str | None = Field(description="Taux ajouté à la facturation (FAC-3).")
    calcul: str = Field(description="Le calcul en clair.")
    regularisation: bool = Field(description="D'une période passée, ou corrige du déjà facturé.")
    deja_facture: Argent
    montant: Argent

    @classmethod
    def de_ligne(cls, ligne: Any) -> "LigneOut":  # noqa: ANN401 -- une ligne SQL
        return cls.model_validate(ligne.donnees)


class ProjetOut(Sortie):
    """Ce que la facture dirait, sans numéro ni date d'émission."""

    model_config = exemple(_PROJET)

    organisme: str
    periode: Periode
    destinataire: DestinataireOut
    taxable: bool
    lignes: list[LigneOut]
    total_avant_taxes: Argent
    tps: Argent
    tvq: Argent
    total: Argent


class FactureOut(ProjetOut):
    """Une facture émise; l'empreinte est le SHA-256 du reste, en JSON canonique."""

    model_config = exemple(
        {
            "numero": "2026-2027-000123",
            "emise_le": "2026-10-01",
            **_PROJET,
            "empreinte": "9f" * 32,
        }
    )

    numero: Numero
    emise_le: date
    empreinte: str


class ResumeOut(Sortie):
    """Une facture, sans ses lignes."""

    model_config = exemple(_RESUME)

    numero: Numero
    organisme: str
    periode: Periode
    emise_le: date
    nombre_lignes: int
    total_avant_taxes: Argent
    tps: Argent
    tvq: Argent
    total: Argent
    empreinte: str

    @classmethod
    def de_ligne(cls, ligne: Any) -> "ResumeOut":  # noqa: ANN401 -- une ligne SQL
        sommes = ("total_avant_taxes", "tps", "tvq", "total")
        valeurs = dict(ligne._mapping)
        return cls.model_validate({**valeurs, **{nom: f"{valeurs[nom]:.2f}" for nom in sommes}})


class AttenteProjetOut(Sortie):
    """Une ligne qui attendrait son montant."""

    source: str
    tarif: str
    nature: Nature
    periode: Periode
    depuis: date
    motif: str
    evenements: list[UUID]


class ApercuOrganismeOut(Sortie):
    """Ce que l'émission ferait d'un organisme."""

    organisme: str
    etat: Literal["a_emettre", "sans_ligne", "deja_emise", "en_attente"]
    numero: str | None = None
    raison: str | None = None
    facture: ProjetOut | None = None
    attentes: tuple[AttenteProjetOut, ...] = ()

    @classmethod
    def de(cls, apercu: Apercu) -> "ApercuOrganismeOut":
        projet = apercu.projet
        if projet is None:
            etat: Literal["deja_emise", "en_attente"] = (
                "en_attente" if apercu.numero is None else "deja_emise"
            )
            return cls(
                organisme=apercu.organisme, etat=etat, numero=apercu.numero, raison=apercu.raison
            )
        return cls(
            organisme=apercu.organisme,
            etat="a_emettre" if projet.lignes else "sans_ligne",
            facture=ProjetOut.model_validate(documents.de_projet(projet)),
            attentes=tuple(
                AttenteProjetOut.model_validate(documents.d_attente(attente))
                for attente in projet.attentes
            ),
        )


class ApercuOut(Sortie):
    """Le calcul de l'émission, rien d'écrit (FAC-7)."""

    model_config = exemple(
        {
            "periode": "2026-09",
            "organismes": [{"organisme": "MTQ", "etat": "a_emettre", "facture": _PROJET}],
        }
    )

    periode: Periode
    organismes: list[ApercuOrganismeOut]


class AbonnementOut(Sortie):
    """Un abonnement en cours ou fini, par source et tarif mensuel."""

    model_config = exemple(
        {
            "organisme": "MTQ",
            "source": _ACTIF,
            "tarif": "POSTE-01",
            "produit": "POSTE-FIXE-2022",
            "quantite": 1,
            "debut": "2026-09-19",
            "fin": None,
            "evenement": _EVENEMENT,
        }
    )

    organisme: str
    source: str
    tarif: str
    produit: str | None
    quantite: int
    debut: date
    fin: date | None = Field(description="Exclue; absente tant que l'abonnement court.")
    evenement: UUID


class LigneEnAttenteOut(Sortie):
    """Un fait à facturer sans montant applicable, signalé une fois."""

    model_config = exemple(
        {
            "organisme": "MTQ",
            "source": _ACTIF,
            "tarif": "COURTIER-FRAIS",
            "nature": "courtage",
            "periode": "2026-09",
            "depuis": "2026-09-21",
            "motif": "La grille du tarif COURTIER-FRAIS ne donne aucun montant.",
            "evenements": [_EVENEMENT],
            "signalee_le": "2026-09-21T15:30:00Z",
            "levee_le": None,
        }
    )

    organisme: str
    source: str
    tarif: str
    nature: Nature
    periode: Periode = Field(description="La période d'origine.")
    depuis: date
    motif: str
    evenements: list[UUID]
    signalee_le: datetime
    levee_le: datetime | None

    @classmethod
    def de_ligne(cls, ligne: Any) -> "LigneEnAttenteOut":  # noqa: ANN401 -- une ligne SQL
        return cls.model_validate({**ligne._mapping, "periode": str(Mois.de(ligne.depuis))})
