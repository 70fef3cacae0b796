"""Les routes du fichier client et du registre des signataires (DEM-3, DEM-8)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict
from starlette.responses import Response

from contrats.base import CodeOrganisme
from demandes.clients.adaptateurs import vues
from demandes.clients.cas_usage import (
    FinirMandat,
    ModifierOrganisme,
    finir_mandat,
    inscrire_organisme,
    inscrire_signataire,
    inscrire_substitution,
    modifier_organisme,
)
from demandes.clients.domaine import Interlocuteur, Organisme, Signataire, Substitution
from demandes.clients.ports import Ports
from demandes.roles import LECTEURS, REGISTRAIRES
from socle.web import (
    Appel,
    Entree,
    Liste,
    PageDemandee,
    SansFiltre,
    Sortie,
    acces,
    exemple,
    uuid7,
)
from socle.web.champs import NORMALISE, SUR, Adresse, Jour, Nom

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Registraire = Annotated[Appel[Ports], Depends(acces(Ports, *REGISTRAIRES))]
Inscription = Annotated[Appel[Ports], Depends(acces(Ports, "agent-csc", "admin", "integration"))]

Courriel = Annotated[
    str,
    Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$", examples=["achats@mtq.example"]),
    SUR,
    NORMALISE,
]
_INTERLOCUTEUR: JsonDict = {"nom": "Service des achats", "courriel": "achats@mtq.example"}


class InterlocuteurCorps(Entree):
    """L'adresse professionnelle à qui va la facture."""

    model_config = ConfigDict(from_attributes=True)

    nom: Nom
    courriel: Courriel

    def valeur(self) -> Interlocuteur:
        return Interlocuteur(nom=self.nom, courriel=self.courriel)


class OrganismeIn(Entree):
    """Le fichier client à ouvrir (DEM-8)."""

    model_config = exemple(
        {
            "code": "MTQ",
            "nom": "Ministère des Transports",
            "adresse": "700, boulevard René-Lévesque Est, Québec",
            "interlocuteur": _INTERLOCUTEUR,
            "assujetti_rcti": True,
            "taxable": False,
        }
    )

    code: CodeOrganisme
    nom: Nom
    adresse: Adresse = ""
    interlocuteur: InterlocuteurCorps | None = None
    repondant: Nom | None = None
    assujetti_rcti: bool = True
    taxable: bool = False

    def organisme(self) -> Organisme:
        interlocuteur = self.interlocuteur.valeur() if self.interlocuteur else None
        return Organisme(**{**self.model_dump(), "interlocuteur": interlocuteur})


class OrganismeModifIn(Entree):
    """Les champs à changer; seuls l'interlocuteur et le répondant s'effacent (null)."""

    model_config = exemple({"interlocuteur": _INTERLOCUTEUR, "taxable": True})

    nom: Nom | None = None
    adresse: Adresse | None = None
    interlocuteur: InterlocuteurCorps | None = None
    repondant: Nom | None = None
    assujetti_rcti: bool | None = None
    taxable: bool | None = None
    approbation_par_autrui: bool | None = Field(
        default=None, description="Vrai : nul n'y approuve sa propre demande (DEM-14)."
    )
    actif: bool | None = None

    def commande(self, code: str) -> ModifierOrganisme:
        """Les champs donnés; null n'efface que ce qui est facultatif."""
        donnes: dict[str, object] = {nom: getattr(self, nom) for nom in self.model_fields_set}
        if self.interlocuteur is not None:
            donnes["interlocuteur"] = self.interlocuteur.valeur()
        facultatifs = {"interlocuteur", "repondant"}
        changements = {n: v for n, v in donnes.items() if v is not None or n in facultatifs}
        return ModifierOrganisme(code=code, changements=changements)


class OrganismeOut(Sortie):
    """Le fichier client d'un organisme."""

    code: str
    nom: str
    adresse: str
    interlocuteur: InterlocuteurCorps | None
    repondant: str | None
    assujetti_rcti: bool
    taxable: bool
    approbation_par_autrui: bool
    actif: bool
    version: int


class SignataireIn(Entree):
    """Une personne autorisée à signer sur `[debut, fin)` (DEM-3)."""

    model_config = exemple({"nom": "A. Tremblay", "sujet": "a.tremblay", "debut": "2026-04-01"})

    nom: Nom
    sujet: Nom = Field(description="Le « sub » du jeton de la personne.")
    debut: Jour
    fin: Jour | None = Field(default=None, description="Exclue; absente : sans terme.")

    def signataire(self, organisme: str) -> Signataire:
        return Signataire(id=uuid7(), organisme=organisme, **self.model_dump())


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


routes = APIRouter(prefix="/v1/organismes", tags=["organismes"])


@routes.get("", response_model=Liste[OrganismeOut], summary="Lister les organismes")
async def lister(appel: Lecture, page: PageDemandee) -> Response:
    """Un organisme ne voit que lui-même."""
    return await appel.lister(vues.ORGANISMES, SansFiltre(), Liste[OrganismeOut], page=page)


@routes.post(
    "", status_code=201, response_model=OrganismeOut, summary="Inscrire un organisme (DEM-8)"
)
async def inscrire(corps: OrganismeIn, appel: Inscription) -> Response:
    """Le code ne change jamais; déjà pris, il est refusé (409). Un organisme n'en inscrit pas."""
    appel.organisme(corps.code)
    return await appel.ecrire(
        inscrire_organisme,
        corps.organisme(),
        OrganismeOut.model_validate,
        statut=201,
        emplacement=lambda organisme: f"/v1/organismes/{organisme.code}",
    )


@routes.get("/{code}", response_model=OrganismeOut, summary="Lire un organisme")
async def lire(code: CodeOrganisme, appel: Lecture) -> Response:
    """L'organisme d'autrui est introuvable (404)."""
    return await appel.lire(vues.ORGANISME.de(code), OrganismeOut.model_validate)


@routes.patch("/{code}", response_model=OrganismeOut, summary="Modifier un organisme (DEM-8)")
async def modifier(code: CodeOrganisme, corps: OrganismeModifIn, appel: Registraire) -> Response:
    """Les champs absents demeurent; null n'efface que l'interlocuteur et le répondant."""
    return await appel.ecrire(modifier_organisme, corps.commande(code), OrganismeOut.model_validate)


@routes.get(
    "/{code}/signataires",
    response_model=Liste[SignataireOut],
    summary="Lister les signataires (DEM-3)",
)
async def lister_signataires(code: CodeOrganisme, appel: Lecture, page: PageDemandee) -> Response:
    """Tous les mandats, passés et à venir."""
    filtre = vues.FiltreRegistre(organisme=code)
    forme = Liste[SignataireOut]
    return await appel.lister(
        vues.SIGNATAIRES, filtre, forme, page=page, sous=vues.ORGANISME.de(code)
    )


@routes.post(
    "/{code}/signataires",
    status_code=201,
    response_model=SignataireOut,
    summary="Inscrire un signataire (DEM-3)",
)
async def inscrire_au_registre(
    code: CodeOrganisme, corps: SignataireIn, appel: Registraire
) -> Response:
    """La personne signe du premier jour à la veille de la fin, dates de Québec."""
    return await appel.ecrire(
        inscrire_signataire, corps.signataire(code), SignataireOut.model_validate, statut=201
    )


@routes.post(
    "/{code}/signataires/{signataire_id}/fin",
    response_model=SignataireOut,
    summary="Mettre fin à un mandat (DEM-3)",
)
async def finir(
    code: CodeOrganisme, signataire_id: UUID, corps: FinMandatIn, appel: Registraire
) -> Response:
    """La fin est exclue, aujourd'hui ou plus tard : le passé ne change pas."""
    commande = FinirMandat(organisme=code, signataire_id=signataire_id, fin=corps.fin)
    return await appel.ecrire(finir_mandat, commande, SignataireOut.model_validate)


@routes.get(
    "/{code}/substitutions",
    response_model=Liste[SubstitutionOut],
    summary="Lister les substitutions (DEM-3)",
)
async def lister_substitutions(code: CodeOrganisme, appel: Lecture, page: PageDemandee) -> Response:
    """Toutes les substitutions, passées et à venir."""
    filtre = vues.FiltreRegistre(organisme=code)
    forme = Liste[SubstitutionOut]
    return await appel.lister(
        vues.SUBSTITUTIONS, filtre, forme, page=page, sous=vues.ORGANISME.de(code)
    )


@routes.post(
    "/{code}/substitutions",
    status_code=201,
    response_model=SubstitutionOut,
    summary="Inscrire une substitution (DEM-3)",
)
async def substituer(code: CodeOrganisme, corps: SubstitutionIn, appel: Registraire) -> Response:
    """Le substitut signe au nom du signataire tant que le mandat de celui-ci court."""
    return await appel.ecrire(
        inscrire_substitution, corps.substitution(code), SubstitutionOut.model_validate, statut=201
    )
