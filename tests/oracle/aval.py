"""Ce que mesure et facturation tirent des faits de demandes, reçus dans un ordre quelconque."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any, Final
from uuid import uuid4

from calendrier import calendrier_applique
from facturation.creances.cas_usage import EnregistrerFait
from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Nature
from facturation.creances.domaine.faits import sources
from facturation.creances.entrees import ecoutes as de_facturation
from facturation.tarification.domaine.tarification import Tarification
from noyau import Comparaison, Mois, Predicat
from services.facturation.tests.builders import tarification
from sla.fiches.domaine import Borne, Fiche, Fiches, Indicateur
from sla.histoires import entrees as de_sla
from sla.histoires.domaine import EpisodeDe, Histoire, RectificationDe, Sujet
from sla.mesures.domaine.verdict import Verdict, rejouer
from socle.bus.enveloppe import Recu
from tests.oracle import naif
from tests.oracle.epreuve import Desaccord, demande_de
from tests.oracle.monde import Monde
from tests.oracle.tirage import Tirage

APPRIS: Final = datetime(2027, 9, 1, tzinfo=UTC)
REGIMES: Final = {
    "poste_physique": ("PT-1", 10, frozenset({"poste.livré", "logiciel.installé"})),
    "logiciel": ("PT-3", 4, frozenset({"logiciel.installé"})),
    "amenagement_utilisateur": ("PT-6", 8, frozenset({"aménagement.complété"})),
}
"""Sorte de demande → indicateur, délai, événements qui le ferment (domaine, § 5)."""


MENSUELS: Final = {0: Fraction(219)}
"""Le poste, premier article d'une demande de poste : POSTE-03, par mois."""
UNIQUES: Final = {1: [Fraction("89.99") * Fraction(11, 10), Fraction(55)]}
"""Le logiciel, second article : son prix et son installation, majorés de 10 % (FAC-3)."""
HORAIRES: Final = {"AMENAGEMENT-BUR": 63, "AMENAGEMENT-INFRA": 100}


@cache
def _tarification() -> Tarification:
    return tarification()


def si(fait: str, *parmi: str, vaut: bool | None = None) -> Predicat:
    """Le fait est parmi ces codes, ou vaut ce booléen."""
    return Predicat(((Comparaison(fait=fait, parmi=parmi or None, egale=vaut),),))


OUVRE: Final = (
    Borne("demande.créée", si("approbation_requise", vaut=False)),
    Borne("demande.approuvée"),
)


@cache
def _fiches() -> Fiches:
    indicateurs = tuple(
        Indicateur(
            code=code,
            libelle=code,
            sujet="demande",
            couvre=si("sorte", sorte),
            ouvre=OUVRE,
            suspend=("demande.suspendue",),
            reprend=("demande.reprise",),
            rouvre=("demande.rouverte",),
            ferme=tuple(sorted(fins)),
            retire=("demande.refusée", "demande.annulée", "demande.redirigée"),
            horloge="jours_ouvrables",
            delai=delai,
            cible=Decimal("0.95"),
        )
        for sorte, (code, delai, fins) in REGIMES.items()
    )
    postes = Fiche(
        code="POSTES",
        titre="Postes",
        version=1,
        debut=date(2015, 1, 1),
        indicateurs=indicateurs,
    )
    return Fiches.de([postes])


def recus(monde: Monde, hasard: Random) -> list[Recu[Any]]:
    """Les messages publiés, numérotés par clé, mêlés et répétés : l'ordre du bus n'aide pas."""
    rangs: Counter[str] = Counter()
    messages = []
    for fait, evenement in monde.publies:
        rangs[evenement.cle] += 1
        messages.append(
            Recu(
                evenement=evenement,
                id=fait.acte_id or uuid4(),
                survenu_le=fait.survenu_le,
                enregistre_le=APPRIS,
                sequence=rangs[evenement.cle],
                sujet="sbg.demandes.v1",
                cle=evenement.cle,
            )
        )
    melange = messages + (hasard.choices(messages, k=2) if messages else [])
    hasard.shuffle(melange)
    return melange


def verdict(tirage: Tirage, messages: list[Recu[Any]]) -> tuple[str, int | None]:
    """Le verdict que sla rejoue, et les jours qu'il compte."""
    episodes, rectifications = [], []
    for recu in messages:
        ecoute = de_sla.ECOUTES.get(type(recu.evenement))
        traduit = ecoute.traduire(recu) if ecoute else None
        if isinstance(traduit, EpisodeDe):
            episodes.append(traduit.episode)
        elif isinstance(traduit, RectificationDe):
            rectifications.append(traduit.rectification)
    sujet = Sujet("demande", str(demande_de(tirage)))
    histoire = Histoire.de(sujet, "MTQ", episodes, rectifications)
    mesures = rejouer(histoire, _fiches(), calendrier_applique())
    if not mesures:
        return "en_attente", None
    (mesure,) = mesures
    jours = mesure.jours if mesure.verdict in {Verdict.CONFORME, Verdict.MANQUEE} else None
    return mesure.verdict.value, jours


def confronter_verdict(tirage: Tirage, messages: list[Recu[Any]]) -> None:
    """Sla et le décompte naïf disent le même verdict; ou `Desaccord`."""
    if not any(dit.quoi == "soumission" for dit in tirage.finale.dits):
        return
    _, delai, mesures = REGIMES[tirage.histoire.sorte]
    ouvrable = calendrier_applique().est_ouvrable
    attendu = naif.verdict(tirage.finale, delai, mesures, ouvrable)
    trouve = verdict(tirage, messages)
    if trouve[0] == "en_attente" and attendu[0] == "en_cours":
        return  # l'approbation manque : les deux disent qu'on ne peut juger
    if attendu != trouve:
        raise Desaccord(f"Verdict : {trouve}, et le décompte naïf : {attendu}.")


def dus(tirage: Tirage, monde: Monde, messages: list[Recu[Any]], jusqua: Mois) -> naif.Dus:
    """Ce que facturation calcule, dit comme le pli naïf."""
    appris = []
    for recu in messages:
        ecoute = de_facturation.ECOUTES.get(type(recu.evenement))
        traduit = ecoute.traduire(recu) if ecoute else None
        if isinstance(traduit, EnregistrerFait):
            appris.append(traduit.fait)
    rangs: dict[str, str] = {}
    for rang, article in enumerate(monde.dossiers[demande_de(tirage)].brouillon.articles):
        rangs |= {str(article.id): str(rang), str(article.actif): str(rang)}
    rendus: naif.Dus = defaultdict(list)
    calcul = calculer(sources(appris), _tarification(), jusqua)
    if calcul.attentes:
        raise Desaccord(f"Une ligne attend : {calcul.attentes}.")
    for creance in calcul.creances:
        i = creance.identite
        quoi = i.tarif if i.tarif in HORAIRES else "unique"
        quoi = "mois" if i.nature is Nature.ABONNEMENT else quoi
        cle = (rangs[i.source], quoi, i.debut.year, i.debut.month)
        rendus[cle].append(int(creance.montant.decimal * 100))
    return {cle: sorted(c for c in liste if c) for cle, liste in rendus.items() if any(liste)}


def confronter_facture(tirage: Tirage, monde: Monde, messages: list[Recu[Any]]) -> None:
    """Facturation et le calcul naïf disent les mêmes sommes, au cent; ou `Desaccord`."""
    if not tirage.histoire.dits:
        return
    poste = tirage.histoire.sorte == "poste_physique"
    jusqua = Mois.de(max(d.instant for d in tirage.histoire.dits).date()).suivant.suivant
    attendu = naif.dus(
        tirage.finale,
        MENSUELS if poste else {},
        UNIQUES if poste else {},
        HORAIRES,
        jusqua.fin,
    )
    trouve = dus(tirage, monde, messages, jusqua)
    if attendu != trouve:
        raise Desaccord(f"Sommes dues : {trouve}, et le calcul naïf : {attendu}.")


def confronter_tout(tirage: Tirage, monde: Monde, hasard: Random) -> None:
    """Mesure et facturation, chacune dans un ordre de réception à elle; ou `Desaccord`."""
    confronter_verdict(tirage, recus(monde, hasard))
    confronter_facture(tirage, monde, recus(monde, hasard))
