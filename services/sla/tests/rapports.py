"""Un rapport qui porte tout ce qu'un rapport peut porter."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from noyau import Mois
from sla.rapports.domaine.rapport import (
    Bornee,
    Corrigee,
    Exclue,
    FermetureCitee,
    Manquee,
    Rapport,
    mois_montres,
    rapporter,
)
from sla.taux.domaine.citees import FicheCitee
from sla.taux.domaine.lus import Chiffres, TauxLu
from sla.taux.domaine.publication import Publication

SEPTEMBRE = Mois(2026, 9)
PUBLICATION = Publication(peu_de_cas=10, attente=timedelta(days=10))
_ESPACE = UUID("0199a1b2-0000-7000-8000-000000000001")
_LE = datetime(2026, 9, 20, 13, tzinfo=UTC)
FERMETURE = FermetureCitee(
    fermee_le=datetime(2026, 10, 2, 13, tzinfo=UTC),
    motif="Le courtier ne publie plus.",
    manquants=("courtier",),
    calendriers=("2026-08",),
    empreinte="ab" * 32,
)


def chiffres(
    conformes: int, mesurees: int, exclues: int = 0, cible: str | None = "0.95"
) -> Chiffres:
    """Autant de conformes sur autant de mesurées; les exclues étaient toutes manquées."""
    return Chiffres(
        cible=None if cible is None else Decimal(cible),
        conformes=conformes,
        mesurees=mesurees,
        conformes_ajuste=conformes,
        mesurees_ajuste=mesurees - exclues,
        depassees=0 if cible else mesurees - conformes,
        signalees=0,
    )


def lu(mois: Mois, publie: Chiffres, actuel: Chiffres | None = None, code: str = "PT-1") -> TauxLu:
    """Le taux d'un mois, fermé s'il précède septembre 2026."""
    return TauxLu(
        indicateur=code,
        libelle="Livraison d'un poste physique et de ses logiciels",
        periode=str(mois),
        exercice=mois.exercice,
        unite="mesures",
        ferme=mois < SEPTEMBRE,
        publie=publie,
        actuel=actuel or publie,
    )


def complet(*, manquees: int = 3, nom: str = "D-2026-000123") -> Rapport:
    """Trois indicateurs, un mois corrigé, des manquées dont trois sont montrées."""
    montres = mois_montres(SEPTEMBRE)
    juillet = Mois(2026, 7)
    lus = [
        *(lu(m, chiffres(19, 20, 1), chiffres(18, 20) if m == juillet else None) for m in montres),
        *(lu(m, chiffres(3, 4, cible=None), code="VI-1") for m in montres[6:]),
        lu(SEPTEMBRE, chiffres(0, 0), code="PT-3"),
    ]
    commun = {"organisme": "MTQ", "indicateur": "PT-1", "sujet": "demande", "repere": nom}
    return Rapport(
        periode="2026-09",
        organisme="MTQ",
        etabli_le=datetime(2026, 10, 5, 13, tzinfo=UTC),
        fermeture=FERMETURE,
        indicateurs=rapporter(lus, montres, PUBLICATION),
        manquees=Bornee([_manquee(n, commun) for n in range(3)], manquees),
        exclues=Bornee([_exclue(commun)], 1),
        corrigees=Bornee([_corrigee(commun)], 1),
        fiches=[FicheCitee(code="POSTES", titre="Postes", version=3, debut=date(2026, 4, 1))],
        calendriers=["2015-1", "2026-2"],
    )


def _manquee(n: int, commun: Mapping[str, str]) -> Manquee:
    return Manquee(
        mesure_id=uuid5(_ESPACE, str(n)),
        j0=date(2026, 9, 1),
        fin=_LE,
        jours=None if n == 1 else 12,
        delai=10,
        exclue=n == 2,
        **commun,
    )


def _exclue(commun: Mapping[str, str]) -> Exclue:
    return Exclue(
        mesure_id=uuid5(_ESPACE, "x"),
        libelle="acquisition multiple",
        preuve="acquisition_multiple : oui (demande.créée, 0199a1b2)",
        auteur="règle SLA-8",
        **commun,
    )


def _corrigee(commun: Mapping[str, Any]) -> Corrigee:
    return Corrigee(
        mesure_id=uuid5(_ESPACE, "c"),
        periode="2026-07",
        avant="conforme",
        apres="manquee",
        cause="fait",
        corrigee_le=_LE,
        **commun,
    )
