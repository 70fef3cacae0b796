"""Les corps des routes du fichier client et du registre."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from contrats.base import CodeOrganisme
from demandes.clients.cas_usage import InscrireOrganisme, ModifierOrganisme
from demandes.clients.domaine.organismes import Organisme
from demandes.clients.domaine.registre import Famille, Personne, Signataire, Substitution
from noyau import Montant
from socle.champs import NORMALISE, SUR, Adresse, Jour, Nom
from socle.web import Entree, Sortie, exemple, uuid7

Courriel = Annotated[
    str,
    Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$", examples=["achats@mtq.example"]),
    SUR,
    NORMALISE,
]
Neq = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{10}$",
        description="Numéro d'entreprise du Québec; seul le MCN le dit (DEM-8).",
        examples=["8831234567"],
    ),
]
Depuis = Annotated[
    Jour | None,
    Field(
        description="Le premier jour du profil, date de Québec; absent : aujourd'hui. Au plus tôt"
        " le premier du mois en cours; il peut être à venir (FAC-15)."
    ),
]
Plafond = Annotated[
    Decimal,
    Field(gt=0, max_digits=14, decimal_places=2),
    AfterValidator(lambda dollars: Montant.de(dollars).decimal),
]
_INTERLOCUTEUR: JsonDict = {"nom": "Service des achats", "courriel": "achats@mtq.example"}


class InterlocuteurCorps(Entree):
    """L'adresse professionnelle à qui va la facture."""

    model_config = ConfigDict(from_attributes=True)

    nom: Nom
    courriel: Courriel

    def valeur(self) -> Personne:
        return Personne(nom=self.nom, courriel=self.courriel)


class OrganismeIn(Entree):
    """Le fichier client à ouvrir (DEM-8)."""

    model_config = exemple(
        {
            "code": "MTQ",
            "nom": "Ministère des Transports",
            "neq": "8831234567",
            "adresse": "700, boulevard René-Lévesque Est, Québec",
            "interlocuteur": _INTERLOCUTEUR,
            "assujetti_rcti": True,
            "taxable": False,
        }
    )

    code: CodeOrganisme
    nom: Nom
    neq: Neq | None = None
    adresse: Adresse = ""
    interlocuteur: InterlocuteurCorps | None = None
    repondant: Nom | None = None
    assujetti_rcti: bool = True
    taxable: bool = False
    taxable_depuis: Depuis = None

    def commande(self) -> InscrireOrganisme:
        interlocuteur = self.interlocuteur.valeur() if self.interlocuteur else None
        champs = self.model_dump(exclude={"interlocuteur", "taxable", "taxable_depuis"})
        return InscrireOrganisme(
            organisme=Organisme(interlocuteur=interlocuteur, **champs),
            taxable=self.taxable,
            taxable_depuis=self.taxable_depuis,
        )


class OrganismeModifIn(Entree):
    """Les champs à changer; seuls l'interlocuteur et le répondant s'effacent (null)."""

    model_config = exemple(
        {"interlocuteur": _INTERLOCUTEUR, "taxable": True, "taxable_depuis": "2027-01-01"}
    )

    nom: Nom | None = None
    neq: Neq | None = None
    adresse: Adresse | None = None
    interlocuteur: InterlocuteurCorps | None = None
    repondant: Nom | None = None
    assujetti_rcti: bool | None = None
    taxable: bool | None = None
    taxable_depuis: Depuis = None
    approbation_par_autrui: bool | None = Field(
        default=None, description="Vrai : nul n'y approuve sa propre demande (DEM-14)."
    )
    actif: bool | None = None

    @model_validator(mode="after")
    def _la_date_d_un_profil(self) -> "OrganismeModifIn":
        if self.taxable_depuis is not None and self.taxable is None:
            raise ValueError("« taxable_depuis » date le champ « taxable », qui manque.")
        return self

    def commande(self, code: str) -> ModifierOrganisme:
        """Les champs donnés; null n'efface que ce qui est facultatif."""
        donnes: dict[str, object] = {nom: getattr(self, nom) for nom in self.model_fields_set}
        if self.interlocuteur is not None:
            donnes["interlocuteur"] = self.interlocuteur.valeur()
        facultatifs = {"interlocuteur", "repondant"}
        changements = {n: v for n, v in donnes.items() if v is not None or n in facultatifs}
        return ModifierOrganisme(code=code, changements=changements)


class DestinataireOut(Sortie):
    """Qui reçoit la facture; son adresse est nulle s'il ne l'a pas donnée (FAC-15)."""

    nom: str
    courriel: str | None


class ProfilTaxesOut(Sortie):
    """Un profil de taxes, depuis une date de Québec (FAC-15)."""

    debut: date
    taxable: bool


class OrganismeOut(Sortie):
    """Le fichier client d'un organisme."""

    code: str
    nom: str
    neq: str | None
    adresse: str
    interlocuteur: InterlocuteurCorps | None
    repondant: str | None
    assujetti_rcti: bool
    taxable: bool = Field(description="Son profil de taxes d'aujourd'hui, date de Québec.")
    profils_taxes: list[ProfilTaxesOut] = Field(
        description="Tous les profils dits, par début; d'une même date, le dernier vaut (FAC-15)."
    )
    approbation_par_autrui: bool
    actif: bool
    destinataire: DestinataireOut | None = Field(
        description="À qui va la facture, tel qu'on l'a publié la dernière fois (FAC-15)."
    )
    version: int

    @classmethod
    def le(cls, jour: date) -> Callable[[Organisme], "OrganismeOut"]:
        """Comment se montre un fichier client ce jour-là."""

        def presenter(organisme: Organisme) -> "OrganismeOut":
            champs = {
                nom: getattr(organisme, nom)
                for nom in cls.model_fields.keys() - {"taxable", "profils_taxes"}
            }
            profils = sorted(organisme.profils_taxes, key=lambda profil: profil.debut)
            return cls.model_validate(
                {**champs, "taxable": organisme.taxable_le(jour), "profils_taxes": profils}
            )

        return presenter


class SignataireIn(Entree):
    """Une personne autorisée à signer sur `[debut, fin)` (DEM-3, DEM-8)."""

    model_config = exemple(
        {
            "nom": "A. Tremblay",
            "sujet": "a.tremblay",
            "courriel": "a.tremblay@mtq.example",
            "familles": ["demandes_de_service", "contrat_specifique"],
            "plafond": "250000.00",
            "debut": "2026-04-01",
        }
    )

    nom: Nom
    sujet: Nom = Field(description="Le « sub » du jeton de la personne.")
    courriel: Courriel | None = Field(
        default=None,
        description="Son adresse professionnelle; sans interlocuteur, la facture y va (FAC-15).",
    )
    familles: list[Famille] = Field(
        default=[Famille.DEMANDES_DE_SERVICE],
        min_length=1,
        max_length=len(Famille),
        description="Ce que le mandat permet de signer.",
    )
    plafond: Plafond | None = Field(
        default=None,
        description="En dollars, des seuls contrats spécifiques (DEM-8); absent : aucun.",
    )
    debut: Jour
    fin: Jour | None = Field(default=None, description="Exclue; absente : sans terme.")

    def signataire(self, organisme: str) -> Signataire:
        familles = tuple(famille for famille in Famille if famille in self.familles)
        return Signataire(
            id=uuid7(),
            organisme=organisme,
            familles=familles,
            **self.model_dump(exclude={"familles"}),
        )


class FinMandatIn(Entree):
    """Le premier jour où la personne ne signe plus."""

    model_config = exemple({"fin": "2026-10-01"})

    fin: Jour


class SignataireOut(Sortie):
    """Un mandat de signataire."""

    id: UUID
    organisme: str
    nom: str
    sujet: str
    courriel: str | None
    familles: list[str]
    plafond: Decimal | None = Field(description="En dollars; absent : sans plafond.")
    debut: date
    fin: date | None


class SubstitutionIn(Entree):
    """Une personne signe au nom d'un signataire sur `[debut, fin)` (DEM-3)."""

    model_config = exemple(
        {
            "remplace_id": "0192f0c1-1111-7000-8000-000000000001",
            "nom": "B. Gagnon",
            "sujet": "b.gagnon",
            "debut": "2026-09-07",
            "fin": "2026-09-21",
        }
    )

    remplace_id: UUID = Field(description="Le signataire remplacé.")
    nom: Nom
    sujet: Nom
    debut: Jour
    fin: Jour = Field(description="Exclue.")

    def substitution(self, organisme: str) -> Substitution:
        return Substitution(id=uuid7(), organisme=organisme, **self.model_dump())


class SubstitutionOut(Sortie):
    """Une substitution datée."""

    id: UUID
    organisme: str
    remplace_id: UUID
    nom: str
    sujet: str
    debut: date
    fin: date
