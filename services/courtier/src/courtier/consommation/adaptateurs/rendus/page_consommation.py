"""La page de la consommation d'un contrat : sa courbe, et le tableau qui dit la même chose."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from courtier.consommation.cas_usage import Consommation
from courtier.consommation.domaine.courbe import MoisDeContrat
from courtier.consommation.domaine.prevision import Methode
from noyau import Montant
from pages import (
    Cadre,
    Cellule,
    Colonne,
    Courbe,
    Serie,
    Tableau,
    Ton,
    dessiner_courbe,
    environnement,
)
from pages.ecriture import dollars, jour, nombre, pourcentage
from pages.ecriture import periode as dire_periode

_UN_JOUR = timedelta(days=1)


def rendre(lue: Consommation, le: date) -> str:
    """La page HTML d'une consommation, telle qu'elle se lit ce jour-là."""
    contrat, bilan, montant = lue.contrat, lue.bilan, lue.contrat.courants.montant
    return (
        environnement("courtier.consommation.adaptateurs.rendus")
        .get_template("consommation.html.j2")
        .render(
            contrat_id=contrat.id,
            organisme=contrat.organisme,
            duree=dire_periode(contrat.termes.debut, contrat.fin - _UN_JOUR),
            chiffres=[
                ("Montant du contrat", dollars(montant.decimal)),
                ("Commandé", dollars(bilan.commande.decimal)),
                ("Facturé", dollars(bilan.facture.decimal)),
                ("Consommé", dollars(bilan.consomme.decimal)),
                ("Reste", dollars((montant - bilan.consomme).decimal)),
                *_bon_inconnu(lue),
            ],
            depassement=_depassement(lue),
            atteints=[pourcentage(s) for s in lue.alertes if bilan.atteint(s, montant)],
            prevision=_dire_prevision(lue),
            avant_la_fin=lue.prevision.avant_la_fin,
            courbe=_courbe(lue, le),
            mois=_tableau(lue, le),
            le=jour(le),
        )
    )


def _bon_inconnu(lue: Consommation) -> Iterator[tuple[str, str]]:
    if lue.sous_bon_inconnu > Montant(0):
        yield "Facturé sous un bon inconnu", dollars(lue.sous_bon_inconnu.decimal)


def _depassement(lue: Consommation) -> str | None:
    de_trop = lue.bilan.consomme - lue.contrat.courants.montant
    return dollars(de_trop.decimal) if de_trop > Montant(0) else None


def _dire_prevision(lue: Consommation) -> str:
    prevision = lue.prevision
    if prevision.methode is Methode.EPUISE:
        return "Le montant du contrat est épuisé."
    if prevision.methode is Methode.AUCUNE:
        return "Rien n'est consommé, ou le contrat ne court pas : rien à prévoir."
    if prevision.epuisement_le is None:
        return "Au rythme des mois entamés, le montant ne s'épuiserait pas avant 2100."
    quand = "avant la fin du contrat" if prevision.avant_la_fin else "à la fin du contrat ou après"
    return (
        "Au rythme des mois entamés, le montant s'épuiserait le"
        f" {jour(prevision.epuisement_le)}, {quand}."
    )


def _courbe(lue: Consommation, le: date) -> Courbe:
    montant = lue.contrat.courants.montant.decimal
    debut, fin = lue.mois[0].debut, lue.mois[-1].fin
    faits = [m for m in lue.mois if _commence(m, le)]
    traces = [
        Serie("Prévu par le contrat", "prevu", _cumul(debut, lue.mois, "prevu_cumule")),
        Serie("Commandé", "commande", _cumul(debut, faits, "commande_cumule", le)),
        Serie("Facturé", "facture", _cumul(debut, faits, "facture_cumule", le)),
        Serie("Prévision d'épuisement", "prevision", tuple(_prevision(lue, le, fin))),
    ]
    bilan = lue.bilan
    description = (
        f"Du {jour(debut)} au {jour(fin - _UN_JOUR)}. Montant du contrat : {dollars(montant)}."
        f" Commandé : {dollars(bilan.commande.decimal)}. Facturé :"
        f" {dollars(bilan.facture.decimal)}. {_dire_prevision(lue)}"
        " Le tableau qui suit donne chaque mois."
    )
    cadre = Cadre(
        debut=debut,
        fin=fin,
        plafond=montant,
        plafond_dit=f"Montant du contrat : {dollars(montant)}",
        jour=le,
    )
    return dessiner_courbe("Consommation du contrat, cumulée", description, traces, cadre)


def _commence(mois: MoisDeContrat, le: date) -> bool:
    """Vrai si quelque chose y est daté, ou si le mois a commencé."""
    return mois.debut <= le or bool(mois.commande) or bool(mois.facture)


def _cumul(
    debut: date,
    mois: "tuple[MoisDeContrat, ...] | list[MoisDeContrat]",
    nom: str,
    le: date | None = None,
) -> tuple[tuple[date, Decimal], ...]:
    """De zéro au cumul de chaque mois; le mois qui court s'arrête aujourd'hui."""
    if not mois:
        return ()
    points = [(m.fin if le is None else min(m.fin, max(le, m.debut)), m) for m in mois]
    return ((debut, Decimal(0)), *((x, getattr(m, nom).decimal) for x, m in points))


def _prevision(lue: Consommation, le: date, fin: date) -> Iterator[tuple[date, Decimal]]:
    """D'aujourd'hui au montant, au rythme moyen; au plus à la fin du contrat."""
    entree, epuise = lue.contrat.entree_permise_le, lue.prevision.epuisement_le
    if entree is None or epuise is None or epuise <= le:
        return
    consomme, montant = lue.bilan.consomme.decimal, lue.contrat.courants.montant.decimal
    yield le, consomme
    bout = min(epuise, fin)
    yield bout, consomme + (montant - consomme) * (bout - le).days / (epuise - le).days


_COLONNES = {"prevu": "Prévu", "commande": "Commandé", "facture": "Facturé"}


def _tableau(lue: Consommation, le: date) -> Tableau:
    """Chaque mois, et sous chaque somme son cumul : sept colonnes ne tiendraient pas de front."""
    montant = lue.contrat.courants.montant
    return Tableau(
        titre="Mois par mois",
        titre_montre=False,
        colonnes=(Colonne("Mois"), *(Colonne(c, nombre=True) for c in _COLONNES.values())),
        lignes=[
            (
                Cellule(
                    nombre(m.mois) + (" (en cours)" if m.debut <= le < m.fin else ""),
                    dire_periode(m.debut, m.fin - _UN_JOUR),
                ),
                *(_somme(getattr(m, n), getattr(m, f"{n}_cumule"), montant) for n in _COLONNES),
            )
            for m in lue.mois
        ],
        total=(
            "Total",
            *(dollars(getattr(lue.mois[-1], f"{nom}_cumule").decimal) for nom in _COLONNES),
        ),
    )


def _somme(valeur: Montant, cumul: Montant, montant: Montant) -> Cellule:
    """Un cumul au-delà du montant du contrat se voit."""
    ton = Ton.MAUVAIS if cumul > montant else None
    return Cellule(dollars(valeur.decimal), f"cumul : {dollars(cumul.decimal)}", ton=ton)
