"""Un acte juste, dont une chose est faussée : ce que les règles doivent voir."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from tests.oracle.courtier.etat import Lu
from tests.oracle.courtier.marche import Dit, Prise, Voulue, jour

DEMAIN, HIER, UN_INSTANT = timedelta(days=1), timedelta(days=-1), timedelta(seconds=2)
Champs = dict[str, Any]
Faute = Callable[[Random, Lu, Champs, Dit], Champs]


def fausser(hasard: Random, lu: Lu, dit: Dit) -> Dit:
    """L'acte, une faute en plus s'il s'en connaît une."""
    fautes = FAUTES.get(dit.quoi, ())
    if not fautes:
        return dit
    champs = dict(dit.champs)
    return replace(dit, champs={**champs, **hasard.choice(fautes)(hasard, lu, champs, dit)})


def _met(**champs: object) -> Faute:
    return lambda *_: dict(champs)


def _decale(nom: str, *ecarts: timedelta) -> Faute:
    return lambda hasard, _lu, champs, _dit: {nom: champs[nom] + hasard.choice(ecarts)}


def _duree(hasard: Random, _lu: Lu, _champs: Champs, _dit: Dit) -> Champs:
    duree = hasard.choice([37, 37, 48, 36, 0])
    return {"duree": duree, "periodes": ((1, max(duree, 1), 40),)}


def _periodes(hasard: Random, _lu: Lu, champs: Champs, dit: Dit) -> Champs:
    duree = champs["duree"] or 12
    formes = (
        ((1, duree - 1, 7),) if duree > 1 else ((1, 2, 7),),
        ((1, duree, 7), (duree, duree, 7)),
        ((1, duree + 1, 7),),
        ((1, duree, 0),),
        ((2, duree, 7),) if duree > 1 else ((1, 1, 0),),
        ((1, duree, 7), (2, 1, 7)),
    )
    return {"periodes": hasard.choice(formes)}


def _examen(hasard: Random, _lu: Lu, champs: Champs, _dit: Dit) -> Champs:
    examens = list(champs["examens"])
    rang = hasard.randrange(len(examens))
    offre, lieu, oui, _ = examens[rang]
    examens[rang] = hasard.choice(
        [(offre, "Atlantide", oui, True), (offre, lieu, True, False), (offre, lieu, oui, None)]
    )
    if hasard.random() < 0.3:
        examens = [e for n, e in enumerate(champs["examens"]) if n != rang] or examens
    return {"examens": tuple(examens)}


def _au_jour_des_besoins(_hasard: Random, lu: Lu, _champs: Champs, _dit: Dit) -> Champs:
    """Depuis lors, une offre examinée peut avoir changé."""
    besoins = lu.dernier("besoins")
    return {"date": jour(besoins.le)} if besoins else {}


def _autre_offre(hasard: Random, lu: Lu, _champs: Champs, _dit: Dit) -> Champs:
    return {"offre": hasard.choice(list(lu.marche.offres))}


def _verdicts(hasard: Random, _lu: Lu, champs: Champs, _dit: Dit) -> Champs:
    code, oui, _, _ = champs["verdicts"][0]
    suite = champs["verdicts"][1:]
    fautes: list[tuple[Any, ...]] = [
        (("inconnue", oui, "fiche", None), *suite),
        ((code, oui, "reponse", UUID(int=9)), *suite),
        ((code, oui, "banc", None), *suite),
        ((code, oui, "fiche", UUID(int=9)), *suite),
        (*champs["verdicts"], champs["verdicts"][0]),
        ((code, False, "fiche", None), *suite),
    ]
    return {"verdicts": hasard.choice(fautes)}


def _offres(hasard: Random, lu: Lu, champs: Champs, dit: Dit) -> Champs:
    premiere: Voulue = (champs["offres"] or lu.voulues)[0]
    base, *suite = premiere.prises
    autre = hasard.choice(list(lu.marche.offres))
    fautes = [
        replace(premiere, lieu="Atlantide"),
        replace(premiere, lieu=None),
        replace(premiere, offre=autre),
        replace(premiere, prises=(Prise("base", quantites=5), *suite)),
        replace(premiere, prises=(Prise("base"), *suite)),
        replace(premiere, prises=(Prise("base", Decimal(7)), *suite)),
        replace(premiere, prises=(base, Prise("base", Decimal(1)))),
        replace(premiere, prises=(base, Prise("licorne", Decimal(1)))),
        replace(premiere, prises=tuple(suite) or (Prise("stockage", Decimal(1)),)),
        replace(premiere, prises=(base, Prise("stockage", quantites=((1, 3, 5),)))),
    ]
    return {"offres": (hasard.choice(fautes), *champs["offres"][1:])}


def _offres_confirmees(hasard: Random, lu: Lu, champs: Champs, dit: Dit) -> Champs:
    if not lu.choisi:
        return {}
    return _offres(hasard, lu, {"offres": champs["offres"] or lu.voulues}, dit)


def _verifications(hasard: Random, _lu: Lu, champs: Champs, _dit: Dit) -> Champs:
    ((nature, faite, fin), *autres) = champs["verifications"]
    fautes = ((faite, faite + HIER), (faite + 9 * DEMAIN, fin + 9 * DEMAIN), (faite, faite))
    return {"verifications": ((nature, *hasard.choice(fautes)), *autres)}


def _tous_motives(_hasard: Random, lu: Lu, _champs: Champs, _dit: Dit) -> Champs:
    """Un motif d'avance pour chaque offre du marché."""
    return {"motifs": tuple(lu.marche.offres)}


FAUTES: Mapping[str, tuple[Faute, ...]] = {
    "besoins": (
        _duree,
        _duree,
        _periodes,
        _met(exigences=[("boite", "securite")]),
        _met(exigences=[("boite", "fonction"), ("boite", "securite")]),
    ),
    "efvp": (
        _decale("date", DEMAIN, 9 * DEMAIN, HIER, 9 * HIER),
        _au_jour_des_besoins,
        _au_jour_des_besoins,
        _examen,
        _examen,
    ),
    "consultation": (
        lambda _h, lu, _c, _d: {"offres": tuple(lu.marche.offres)},
        _met(criteres={"prix": Decimal(0)}),
        lambda h, _lu, _c, _d: {"criteres": {"zone": h.choice(["quebec", "rgpd", "autre"])}},
    ),
    "precision": (_decale("date", DEMAIN, 40 * HIER), _autre_offre),
    "reponse": (_decale("date", DEMAIN, 40 * HIER), _met(question=UUID(int=9))),
    "banc": (
        _met(rp=True),
        _met(frais=Decimal("0.01")),
        _met(engagement=True),
        _decale("fin", DEMAIN, HIER),
        _decale("debut", 40 * HIER, DEMAIN),
        _autre_offre,
    ),
    "conformite": (_verdicts, _verdicts, _autre_offre),
    "scenario": (_offres, _offres, _offres),
    "choix": (
        lambda h, lu, _c, _d: {"scenario": h.choice([*lu.scenarios, UUID(int=9)])},
        _met(motifs=()),
        _tous_motives,
    ),
    "autorisation": (
        _met(criteres=()),
        _met(piece=False),
        _met(par="machine"),
        _met(par="courtier"),
        _met(ecart=Decimal("0.00")),
        _decale("date", 9 * DEMAIN, 20 * HIER),
        lambda h, lu, _c, _d: {"scenario": h.choice([*lu.scenarios, UUID(int=9)])},
    ),
    "contact": (
        _decale("a", UN_INSTANT, HIER, 30 * HIER),
        lambda h, lu, _c, _d: {"fournisseur": h.choice([*lu.marche.ententes.values()]).fournisseur},
    ),
    "informations": (_met(lues=False), _met(engagement=False)),
    "rencontre": (_decale("tenue", UN_INSTANT, HIER, 30 * HIER),),
    "budget": (_decale("date", 9 * DEMAIN), _met(montant=Decimal("0.01"))),
    "preparation": (_decale("debut", 90 * HIER),),
    "confirmation": (
        _duree,
        _duree,
        _periodes,
        _offres_confirmees,
        _offres_confirmees,
        _met(motifs=()),
        _tous_motives,
    ),
    "admissibilite": (
        _verifications,
        lambda h, lu, _c, _d: {"fournisseur": h.choice([*lu.marche.ententes.values()]).fournisseur},
    ),
    "signature": (_met(conformes=False), _met(engagement=False), _met(mandat=False)),
    "conclusion": (_met(conformes=False), _decale("signe_le", UN_INSTANT, 30 * HIER)),
}
"""Les fautes que chaque acte peut porter."""
