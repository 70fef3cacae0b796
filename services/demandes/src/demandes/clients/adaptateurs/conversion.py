"""Une ligne d'`organismes` ↔ le fichier client."""

from datetime import date, datetime
from typing import Any, Final

from demandes.clients.domaine.organismes import Inactivite, Organisme, ProfilTaxes
from demandes.clients.domaine.registre import Personne
from socle.bd.conversion import colonnes
from socle.bd.instructions import Ligne

_TOUJOURS: Final = date(2000, 1, 1)


def organisme_de(ligne: Ligne) -> Organisme:
    """Le fichier client d'une ligne d'`organismes`.

    D'avant les profils datés, il a celui qu'on lui connaît, depuis toujours : rien de ce qui reste
    à facturer n'en change.
    """
    valeurs: dict[str, Any] = ligne._asdict()
    connu = ProfilTaxes(debut=_TOUJOURS, taxable=valeurs.pop("taxable"))
    for nom in ("interlocuteur", "destinataire"):
        valeurs[nom] = valeurs[nom] and Personne(**valeurs[nom])
    valeurs["inactivites"] = tuple(map(_inactivite, valeurs["inactivites"]))
    valeurs["profils_taxes"] = tuple(
        ProfilTaxes(debut=date.fromisoformat(profil["debut"]), taxable=profil["taxable"])
        for profil in valeurs["profils_taxes"]
    ) or (connu,)
    return Organisme(code=valeurs.pop("organisme"), **valeurs)


def ligne_de(organisme: Organisme) -> dict[str, object]:
    """Les colonnes d'un fichier client; « taxable » est pour la version précédente du code."""
    champs = colonnes(organisme)
    le = organisme.annonce_le
    taxable = le is not None and organisme.taxable_le(le)
    return {"organisme": champs.pop("code"), "taxable": taxable, **champs}


def _inactivite(garde: dict[str, str | None]) -> Inactivite:
    bornes = {nom: le and datetime.fromisoformat(le) for nom, le in garde.items()}
    return Inactivite(**bornes)  # type: ignore[arg-type]  # le début y est toujours
