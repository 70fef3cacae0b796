"""Un jeton pour parler au système en marche : `make jeton`."""

from collections.abc import Sequence

from demo.acces import COUPE, Acces, fichier_cle
from demo.defauts import ReglageIllisible, SystemeEnDefaut
from noyau import ANNUAIRE
from outils.emetteur import Emetteur

SUJET_MAX = 200


def jeton(roles: str, organisme: str = "", sujet: str = "") -> str:
    """Un jeton d'une heure, de ces rôles séparés par des virgules; sans organisme, du MCN.

    Lève `SystemeEnDefaut` si aucun système n'est en marche, ou si nul service n'admettrait ce
    jeton : rôle inconnu, rôles d'un organisme et du MCN ensemble, organisme qui manque ou de trop.
    """
    Acces.lire()
    voulus = list(dict.fromkeys(role.strip() for role in roles.split(",") if role.strip()))
    if refus := _refus(voulus, organisme, sujet):
        raise ReglageIllisible(refus)
    try:
        emetteur = Emetteur.reprendre(fichier_cle())
    except (OSError, ValueError, TypeError):
        raise SystemeEnDefaut(f"{fichier_cle()} est {COUPE}") from None
    return emetteur.jeton(voulus, organisme=organisme or None, sujet=sujet or None)


def _refus(roles: Sequence[str], organisme: str, sujet: str) -> str | None:
    """Ce qui empêche ce jeton, en une phrase; rien s'il se peut."""
    if len(sujet) > SUJET_MAX or not sujet.isprintable():
        return f"Le sujet est d'au plus {SUJET_MAX} caractères, tous imprimables."
    voulu = organisme.strip().upper()
    if organisme and not ANNUAIRE.est_organisme(organisme):
        conseil = f" Vouliez-vous dire {voulu}?" if ANNUAIRE.est_organisme(voulu) else ""
        return f"« {organisme} » n'est pas un code d'organisme, comme MTQ.{conseil}"
    return _refus_des_roles(roles, organisme)


def _refus_des_roles(roles: Sequence[str], organisme: str) -> str | None:
    connus = f"Rôles : {', '.join(sorted(ANNUAIRE.roles))}."
    if not roles:
        return f"Dites le rôle : make jeton ROLE=admin. {connus}"
    if inconnus := [role for role in roles if role not in ANNUAIRE.roles]:
        return f"Rôle inconnu : {', '.join(inconnus)}. {connus}"
    clients = [role for role in roles if role in ANNUAIRE.organisme]
    ministere = [role for role in roles if role in ANNUAIRE.mcn]
    if clients and ministere:
        return (
            "Un jeton est d'un organisme ou du MCN, jamais des deux; demandez-en deux :"
            f" {', '.join(clients)} (organisme), {', '.join(ministere)} (MCN)."
        )
    if clients and not organisme:
        return f"{', '.join(clients)} : dites de quel organisme, ORGANISME=MTQ."
    if ministere and organisme:
        return f"{', '.join(ministere)} : un rôle du MCN va sans ORGANISME."
    return None
