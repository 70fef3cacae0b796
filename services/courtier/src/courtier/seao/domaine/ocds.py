"""Les données ouvertes d'un contrat, dans le profil de celles du SEAO (OCDS 1.1, CI-25).

Une publication (`release`) par étape, chacune avec l'état entier : la dernière dit ce qui vaut.
Rien n'y entre que le SEAO ne publie : ni prix du Catalogue, ni pièce, ni personne.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid5

from courtier.seao.domaine.profil import Profil
from courtier.seao.domaine.publication import Declaration, Etape, NatureEtape, Partie, Publication
from noyau import QUEBEC, Montant, debut_du_jour, jour_de_quebec

Json: TypeAlias = dict[str, Any]
"""Un objet JSON; une somme y est encore un `Decimal`."""

VERSION: Final = "1.1"
ETIQUETTES: Final[Mapping[NatureEtape, tuple[str, ...]]] = {
    NatureEtape.CONCLUSION: ("award", "contract"),
    NatureEtape.AVENANT: ("contractUpdate",),
    NatureEtape.RESILIATION: ("contractTermination",),
    NatureEtape.FIN: ("contractTermination",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrat:
    """Ce qui ne change pas d'un contrat, d'une étape à l'autre."""

    id: UUID
    organisme: Partie
    fournisseur: Partie
    entente: str
    debut: date
    conclu_le: datetime
    montant: Montant
    """Le montant conclu, avant taxes."""
    numero: str | None = None
    declaration: Declaration | None = None

    @classmethod
    def de(cls, publication: Publication) -> "Contrat":
        return cls(
            id=publication.contrat_id,
            organisme=publication.organisme,
            fournisseur=publication.fournisseur,
            entente=publication.entente,
            debut=publication.debut,
            conclu_le=publication.conclusion.le,
            montant=publication.conclusion.montant,
            numero=publication.numero,
            declaration=publication.declaration,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entente:
    """Une entente-cadre conclue, sur `[debut, fin)`, dates de Québec."""

    id: UUID
    numero: str
    fournisseur: Partie
    debut: date
    fin: date


def etapes(publication: Publication, jour: date, profil: Profil) -> list[Json]:
    """Toutes les publications d'un contrat connues ce jour-là, de sa conclusion à sa fin.

    La fin venue, le contrat n'y est plus « active », sans attendre l'avis qui la publie.
    """
    contrat = Contrat.de(publication)
    avant = [e for e in publication.etapes if e.nature is not NatureEtape.FIN]
    avis = publication.etapes[len(avant) :]
    derniere = avant[-1]
    venue = () if jour < derniere.fin or _terminee(derniere) else (_venue(derniere),)
    return [du_contrat(contrat, etape, profil) for etape in (*avant, *venue, *avis)]


def _venue(derniere: Etape) -> Etape:
    """La fin d'un contrat, à sa première heure; jamais avant l'étape qui la dit."""
    le = max(debut_du_jour(derniere.fin), derniere.consignee.le)
    return replace(
        derniere,
        id=uuid5(derniere.id, f"fin/{derniere.fin}"),
        nature=NatureEtape.FIN,
        consignee=replace(derniere.consignee, le=le),
        avis=None,
    )


def _terminee(etape: Etape) -> bool:
    """Vrai d'une fin, et d'une résiliation qui a déjà pris effet quand elle se consigne."""
    if etape.nature is NatureEtape.RESILIATION:
        return etape.fin <= jour_de_quebec(etape.consignee.le)
    return etape.nature is NatureEtape.FIN


def du_contrat(contrat: Contrat, etape: Etape, profil: Profil) -> Json:
    """La publication d'une étape : le montant conclu, et ce que le contrat vaut après elle."""
    declare = contrat.declaration or Declaration(indicateur="")
    identifiant = str(contrat.id)
    conclu_le = minuit(jour_de_quebec(contrat.conclu_le))
    periode = {"startDate": minuit(contrat.debut), "endDate": soir(etape.fin)}
    return {
        **_entete(profil.ocid(contrat.id, contrat.numero), etape.id, etape.consignee.le),
        "tag": list(ETIQUETTES[etape.nature]),
        **_parties(contrat.organisme, contrat.fournisseur, profil),
        "tender": {
            "id": declare.reference or identifiant,
            "title": declare.titre or profil.titre.format(entente=contrat.entente),
            **_objet(profil),
            "procurementMethod": "direct",
            "procurementMethodDetails": profil.disposition,
        },
        "awards": [
            {
                "id": identifiant,
                "status": "active",
                "date": conclu_le,
                "value": _valeur(contrat.montant),
                "suppliers": [_reference(contrat.fournisseur, _FOURNISSEUR)],
            }
        ],
        "contracts": [
            {
                "id": identifiant,
                "awardID": identifiant,
                "status": "terminated" if _terminee(etape) else "active",
                "period": periode,
                "value": _valeur(etape.montant),
                "dateSigned": conclu_le,
            }
        ],
    }


def de_l_entente(entente: Entente, jour: date, profil: Profil) -> list[Json]:
    """Les publications d'une entente-cadre connues ce jour-là : son début, puis sa fin."""
    nees = [(NatureEtape.CONCLUSION, entente.debut), (NatureEtape.FIN, entente.fin)]
    return [_de_l_entente(entente, *nee, profil) for nee in nees if nee[1] <= jour]


def _de_l_entente(entente: Entente, nature: NatureEtape, le: date, profil: Profil) -> Json:
    identifiant = str(entente.id)
    return {
        **_entete(profil.ocid(entente.id), f"{identifiant}-{nature}", le),
        "tag": list(ETIQUETTES[nature]),
        **_parties(profil.acheteur, entente.fournisseur, profil),
        "tender": {
            "id": entente.numero,
            "title": profil.titre_entente.format(entente=entente.numero),
            **_objet(profil),
        },
        "awards": [
            {
                "id": identifiant,
                "status": "active",
                "suppliers": [_reference(entente.fournisseur, _FOURNISSEUR)],
            }
        ],
        "contracts": [
            {
                "id": identifiant,
                "awardID": identifiant,
                "status": "terminated" if nature is NatureEtape.FIN else "active",
                "period": {"startDate": minuit(entente.debut), "endDate": soir(entente.fin)},
            }
        ],
    }


def minuit(jour: date) -> str:
    """Le premier instant d'un jour, à l'heure de Québec."""
    return datetime.combine(jour, time(), QUEBEC).isoformat()


def soir(fin: date) -> str:
    """Le dernier instant avant une fin exclue, à l'heure de Québec."""
    dernier_jour = fin - timedelta(days=1)
    return datetime.combine(dernier_jour, time(23, 59, 59), QUEBEC).isoformat()


_ACHETEUR: Final = "OP-"
_FOURNISSEUR: Final = "FO-"


def _entete(ocid: str, identifiant: object, le: datetime | date) -> Json:
    dit = (
        le.astimezone(QUEBEC) if isinstance(le, datetime) else datetime.combine(le, time(), QUEBEC)
    )
    return {
        "ocid": ocid,
        "id": str(identifiant),
        "date": dit.isoformat(timespec="seconds"),
        "language": "fr",
        "initiationType": "tender",
    }


def _parties(acheteur: Partie, fournisseur: Partie, profil: Profil) -> Json:
    return {
        "parties": [
            _partie(acheteur, _ACHETEUR, "buyer", profil),
            _partie(fournisseur, _FOURNISSEUR, "supplier", profil),
        ],
        "buyer": _reference(acheteur, _ACHETEUR),
    }


def _partie(partie: Partie, prefixe: str, role: str, profil: Profil) -> Json:
    dite: Json = {**_reference(partie, prefixe), "roles": [role]}
    if partie.neq:
        dite["identifier"] = {
            "scheme": profil.registre,
            "id": partie.neq,
            "legalName": partie.nom,
        }
        dite["details"] = {"neq": partie.neq}
    return dite


def _reference(partie: Partie, prefixe: str) -> Json:
    """Un fournisseur se nomme par son NEQ, comme au SEAO; un organisme, par son code."""
    propre = partie.code if prefixe == _ACHETEUR else partie.neq or partie.code
    return {"id": f"{prefixe}{propre}", "name": partie.nom}


def _objet(profil: Profil) -> Json:
    return {
        "status": "complete",
        "items": [
            {
                "id": profil.code_categorie,
                "description": profil.categorie,
                "classification": {"scheme": "UNSPSC", "id": profil.classification},
            }
        ],
        "mainProcurementCategory": "goods",
    }


def _valeur(montant: Montant) -> Json:
    return {"amount": montant.decimal, "currency": "CAD"}
