"""Les mots de la démonstration, pour le terminal et la page."""

from collections.abc import Iterator
from decimal import Decimal

from demo.resultats import Arrivees, Rectification
from demo.taux import Part
from demo.vie import Vie
from pages import Ton
from pages.ecriture import dollars, instant, jour, mois, nombre

VERDICTS = {
    "conforme": "conforme",
    "manquee": "manquée",
    "depassee": "dépassée",
    "en_cours": "en cours",
    "non_mesuree": "non mesurée",
}
NATURES = {
    "abonnement": "Abonnements",
    "frais": "Frais de mise en service",
    "acte": "Produits, travaux, appels, courtage",
    "engagement": "Fins d'engagement",
    "perte": "Pertes et vols",
}
GESTES = {
    "prise_en_charge": "prise en charge",
    "suspension": "suspension",
    "reprise": "reprise",
    "livraison": "livraison",
}
"""Les actes qui se rectifient dans le scénario; tous féminins, comme le dit la phrase."""


def compte(part: Part, unite: str = "mesures") -> str:
    """« 4 sur 7 »; « 42 948 sur 43 200 min »."""
    if unite == "secondes":
        conformes, mesurees = (nombre(Decimal(n) / 60) for n in (part.conformes, part.mesurees))
        return f"{conformes} sur {mesurees} min"
    return f"{part.conformes} sur {part.mesurees}"


def etat(part: Part) -> str:
    """« cible tenue », « cible manquée », « sans cible » ou « rien à mesurer »."""
    if part.taux is None:
        return "rien à mesurer"
    if part.cible_atteinte is None:
        return "sans cible"
    return "cible tenue" if part.cible_atteinte else "cible manquée"


def ton(part: Part) -> Ton:
    """Ce que la couleur d'un taux appuie; le texte le dit toujours aussi."""
    if part.cible_atteinte is None:
        return Ton.NEUTRE
    return Ton.BON if part.cible_atteinte else Ton.MAUVAIS


def arrivees(arrivees: Arrivees) -> tuple[tuple[int, str], ...]:
    """Chaque compte de ce qui est arrivé de l'ITSM, et ce qu'il compte."""
    comptes = arrivees.comptes
    return (
        (comptes["inscrits"], "actes inscrits de l'ITSM, chacun à l'heure où il est survenu"),
        (comptes["hors_ordre"], "arrivés dans le désordre : après un acte survenu plus tard"),
        (comptes["differes"], "différés : ils ont attendu l'acte qui les permettait"),
        (comptes["redits"], "redits sous un autre identifiant : le même fait, sans effet"),
        (comptes["redates"], "redaté par le CSC : verdict et facture suivent"),
        (comptes["nuls"], "annulé par le CSC : il n'a pas eu lieu"),
    )


def rectifie(rectification: Rectification) -> str:
    """« en fait le 18 septembre, 14 h », ou « nulle »."""
    juste = rectification.juste
    return "nulle" if juste is None else f"en fait le {instant(juste)}"


def vie(vue: Vie) -> Iterator[tuple[str, str]]:
    """Chaque étape de la vie des factures, et ce qui en sort."""
    appris = ", ".join(nom for a in vue.approbations for nom in a.apprises_depuis)
    yield "Approuvés", f"{len(vue.approbations)} aperçus, émis tels quels; appris depuis : {appris}"
    c, s = vue.contestation, vue.simulation
    rendu = f"{dollars(c.accorde)} accordés, {c.note.numero} de {dollars(c.note.total)}"
    yield "Contestée", f"{c.ligne} ({c.organisme}), {dollars(c.montant)} : {rendu}"
    valides = ", ".join(v.organisme for v in vue.validations if v.validee_le)
    yield "Validées", f"{valides}; le silence ne valide rien"
    k = vue.courtage
    prix = f"{dollars(k.prix_prepare)}, puis {dollars(k.prix_publie)}"
    yield "Courtage", f"{k.titre} : bloqué à la signature ({k.bloque}, {prix}), puis signé"
    yield "Commandes", f"{', '.join(k.commandes)}; la suivante refusée ({k.refusee})"
    yield "Ouvert", f"{k.ocid}, {', '.join(k.etiquettes)} : {dollars(k.valeur)}"
    for facture in vue.factures:
        reprises = [ligne for ligne in facture.lignes if ligne.periode != facture.periode]
        somme = sum((ligne.montant for ligne in reprises), Decimal(0))
        correction = f", dont {dollars(somme)} d'un mois passé" if reprises else ""
        yield (
            mois(vue.periode).capitalize(),
            f"{facture.organisme}, {facture.numero} : {dollars(facture.total)}{correction}",
        )
    ensuite = f"{dollars(s.apres)} annoncés, {dollars(s.facture)} facturés ensuite"
    yield "Simulé", f"{s.tarif} à {dollars(s.montant)} le {jour(s.effet)} : {ensuite}"
    dus = "; ".join(f"{compte.organisme} {dollars(compte.solde)}" for compte in vue.comptes)
    yield "Comptes", f"{len(vue.reglements)} règlements; il reste dû : {dus}"
