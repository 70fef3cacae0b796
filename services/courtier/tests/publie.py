"""Ce que les essais du SEAO fabriquent : un contrat conclu, ses avenants, sa fin, par le hasard."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from courtier.normes.adaptateurs.reference import lire_normes
from courtier.normes.domaine import NormesSeao
from courtier.seao.domaine.publication import (
    Annonce,
    Conclusion,
    Declaration,
    Modification,
    NatureEtape,
    Partie,
    Publication,
)
from noyau import Acte, Acteur, Montant, debut_du_jour, jour_de_quebec

CONTRAT_ID = UUID(int=1000)
LE_8_SEPTEMBRE = datetime(2026, 9, 8, 19, tzinfo=UTC)
GESTIONNAIRE = Acteur("gestionnaire-mtq", "MTQ", frozenset({"gestionnaire"}))
NORMES: NormesSeao = lire_normes().le(date(2026, 9, 8)).seao
DECLARATION = Declaration(indicateur="aucun")


def acte(le: datetime) -> Acte:
    return Acte(GESTIONNAIRE, le)


def conclusion(
    montant: str = "30000.00",
    *,
    assujetti: bool = True,
    fin: date = date(2028, 10, 1),
    neq: str | None = "8831234567",
) -> Conclusion:
    """MTQ conclut le 8 septembre 2026 un contrat de deux ans."""
    return Conclusion(
        contrat_id=CONTRAT_ID,
        organisme=Partie(code="MTQ", nom="Ministère MTQ", neq=neq),
        assujetti=assujetti,
        fournisseur=Partie(code=str(UUID(int=1)), nom="Nuage boréal inc.", neq="1170000001"),
        entente="EC-1",
        montant=Montant.de(montant),
        debut=date(2026, 10, 1),
        fin=fin,
        le=LE_8_SEPTEMBRE,
    )


def conclue(montant: str = "30000.00", *, assujetti: bool = True) -> Publication:
    return Publication.conclure(
        conclusion(montant, assujetti=assujetti), NORMES, acte(LE_8_SEPTEMBRE)
    )[0]


def avenant(
    montant: str, rang: int = 1, *, le: datetime = LE_8_SEPTEMBRE, fin: date = date(2028, 10, 1)
) -> Modification:
    return Modification(
        id=UUID(int=CONTRAT_ID.int + rang),
        nature=NatureEtape.AVENANT,
        montant=Montant.de(montant),
        fin=fin,
        le=le,
    )


def annonce(publie_le: date = date(2026, 9, 21), numero: str = "20145160") -> Annonce:
    return Annonce(numero=numero, publie_le=publie_le)


def publiee(
    publication: Publication | None = None, publie_le: date = date(2026, 9, 21)
) -> Publication:
    """La conclusion publiée, le jour dit."""
    publication = publication or conclue()
    le = debut_du_jour(publie_le) + timedelta(hours=12)
    return publication.publier(
        annonce(publie_le), publication.conclusion.id, acte(le), declaration=DECLARATION
    )[0]


def deja_resilie(publication: Publication) -> bool:
    """Vrai si sa dernière étape est une résiliation qui prit effet le jour même, ou avant."""
    derniere = publication.derniere
    consignee_le = jour_de_quebec(derniere.consignee.le)
    return derniere.nature is NatureEtape.RESILIATION and derniere.fin <= consignee_le


@dataclass(frozen=True, slots=True)
class Histoire:
    """Une vie de contrat, et ce qu'on en attend : montant conclu, courant, total payé, fin."""

    publication: Publication
    courant: Montant
    fin: date
    paye: Montant | None


_SOMMES = st.integers(0, 999_999_999_999).map(Montant)


def _modifiee(
    tirer: st.DrawFn, publication: Publication, conclu: Conclusion, le: datetime
) -> tuple[Publication, datetime]:
    """Le contrat après quelques avenants et résiliations, et l'instant du dernier."""
    for rang in range(1, 1 + tirer(st.integers(0, 4))):
        le += timedelta(seconds=tirer(st.integers(0, 10_000_000)))
        modification = Modification(
            id=UUID(int=rang),
            nature=tirer(st.sampled_from([NatureEtape.AVENANT, NatureEtape.RESILIATION])),
            montant=tirer(_SOMMES),
            fin=conclu.debut + timedelta(days=tirer(st.integers(28, 1096))),
            le=le,
        )
        publication, _ = publication.modifier(
            modification, assujetti=conclu.assujetti, normes=NORMES, acte=acte(le)
        )
    return publication, le


@st.composite
def histoires(tirer: st.DrawFn) -> Histoire:
    """Signé, publié ou non, des avenants, une résiliation peut-être, sa fin peut-être."""
    identifiant = tirer(st.uuids())
    numero = str(10_000_000 + identifiant.int % 80_000_000)
    debut = tirer(st.dates(date(2026, 1, 1), date(2030, 12, 31)))
    neq = tirer(st.none() | st.just("8831234567"))
    conclu = Conclusion(
        contrat_id=identifiant,
        organisme=Partie(code="MTQ", nom=f"Ministère {tirer(st.text(max_size=20))}", neq=neq),
        assujetti=tirer(st.booleans()),
        fournisseur=Partie(code=str(UUID(int=1)), nom="Nuage boréal inc.", neq=None),
        entente="EC-1",
        montant=tirer(_SOMMES),
        debut=debut,
        fin=debut + timedelta(days=tirer(st.integers(28, 1096))),
        le=debut_du_jour(debut),
    )
    le = conclu.le
    publication, _ = Publication.conclure(conclu, NORMES, acte(le))
    if paru := tirer(st.booleans()):
        declare = Declaration(indicateur="aucun", titre=tirer(st.none() | st.just("Courriel")))
        publication, _ = publication.publier(
            annonce(debut, numero), identifiant, acte(le), declaration=declare
        )
    publication, le = _modifiee(tirer, publication, conclu, le)
    courant, fin, paye = publication.montant_courant, publication.derniere.fin, None
    if paru and tirer(st.booleans()):
        le = max(le, debut_du_jour(fin) + timedelta(hours=13))
        paye = tirer(_SOMMES)
        publication, _ = publication.finir(annonce(fin, numero), UUID(int=9), paye, acte(le))
    return Histoire(publication, courant, fin, paye)
