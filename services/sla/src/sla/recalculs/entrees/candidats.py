"""Le candidat d'un recalcul, lu tel que le catalogue le publierait (SLA-7)."""

import json
from typing import Any

from calendrier import FONCTION_PUBLIQUE, VersionInvalide
from contrats import catalogue as faits
from contrats.base import empreinte_de
from noyau import Conflit
from sla.fiches.entrees.lecture import lire_calendrier, lire_fiche
from sla.recalculs.domaine import Candidat, Sorte


def _candidat_calendrier(publie: faits.CalendrierPublie) -> Candidat:
    try:
        version = lire_calendrier(publie)
    except VersionInvalide as erreur:
        raise Conflit(f"Ce calendrier ne peut servir : {erreur}.", regle="SLA-1") from erreur
    if version is None:
        raise Conflit(f"Seul le calendrier « {FONCTION_PUBLIQUE} » s'applique.", regle="SLA-1")
    dit = {"calendrier": FONCTION_PUBLIQUE, **version.vers_document()}
    entier = faits.CalendrierPublie.model_validate_json(json.dumps(dit))
    return Candidat(
        sorte=Sorte.CALENDRIER,
        nom=version.version,
        debut=version.en_vigueur_depuis,
        empreinte=empreinte_de(entier),
        document=entier.model_dump(mode="json"),
        calendrier=version,
    )


def _candidat_fiche(publiee: faits.FichePubliee) -> Candidat:
    return Candidat(
        sorte=Sorte.FICHE,
        nom=f"{publiee.code} {publiee.version}",
        debut=publiee.debut,
        empreinte=empreinte_de(publiee),
        document=publiee.model_dump(mode="json"),
        fiche=lire_fiche(publiee),
    )


def lire_candidat(sorte: str, document: dict[str, Any]) -> Candidat:
    """Le candidat de ce document; lève `ValidationError` s'il n'a pas sa forme.

    Lève `Conflit` si le calendrier ne peut servir, ou n'est pas celui qu'on applique.
    """
    dit = json.dumps(document)
    if sorte == Sorte.CALENDRIER:
        return _candidat_calendrier(faits.CalendrierPublie.model_validate_json(dit))
    return _candidat_fiche(faits.FichePubliee.model_validate_json(dit))
