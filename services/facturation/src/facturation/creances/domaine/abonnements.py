"""Ce qui se facture chaque mois (FAC-1), sous engagement (FAC-5).

Une seule règle, pour le calcul et pour la liste.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from uuid import UUID

from facturation.creances.domaine.creances import Attente
from facturation.creances.domaine.decomptes import compter_abonnes
from facturation.creances.domaine.faits import FaitRecu, Source
from facturation.creances.domaine.groupes import Groupe, Vie, groupes
from facturation.tarification.domaine.tarification import SansMontant, Tarification
from facturation.tarification.domaine.tarifs import Engagement
from noyau import mois_plus_tard


@dataclass(frozen=True, slots=True, kw_only=True)
class Abonnement:
    """Ce qu'une source doit chaque mois, à un tarif, sur `[debut, fin)`; sans fin, il court."""

    organisme: str
    source: str
    tarif: str
    produit: str | None
    quantite: int
    debut: date
    evenement: UUID
    fin: date | None
    evenement_de_fin: UUID | None

    @property
    def a_couru(self) -> bool:
        """Faux s'il finit avant d'avoir couru un jour : ce n'en est pas un."""
        return self.fin is None or self.debut < self.fin


def abonnements(source: Source, t: Tarification) -> list[Abonnement]:
    """Les abonnements d'une source : un par vie et par tarif qui s'y compte au mois.

    Deux d'un même tarif n'ont jamais le même début : leurs vies se suivent.
    """
    return [a for a in _tous(source, t) if a.a_couru]


def abonnements_de(sources: Iterable[Source], t: Tarification) -> list[Abonnement]:
    """Ceux de toutes ces sources."""
    return [abonnement for source in sources for abonnement in abonnements(source, t)]


def _tous(source: Source, t: Tarification) -> Iterator[Abonnement]:
    for groupe in groupes(source, sienne := t.pour(source.organisme)):
        if not isinstance(groupe, Attente) and groupe.vie:
            ouvert = abonnement(groupe, groupe.vie, sienne)
            if isinstance(ouvert, Abonnement):
                yield ouvert


def abonnement(groupe: Groupe, vie: Vie, t: Tarification) -> Abonnement | SansMontant:
    """Ce que cette vie doit chaque mois à un tarif mensuel; sans nombre d'unités, pourquoi.

    L'abonnement commence avec la vie, mais pas avant que le tarif soit publié.
    """
    fait, tarif = vie.debut, groupe.definition.tarif
    quantite = compter_abonnes(tarif, fait, t.borne(tarif, fait.jour))
    if isinstance(quantite, SansMontant):
        return quantite
    debut = max(fait.jour, groupe.definition.depuis)
    fin, evenement_de_fin = _fin(vie, debut, tarif.engagement), vie.fin.acte_id if vie.fin else None
    arret = t.cours(tarif.code, groupe.jour).fin
    if arret is not None and (fin is None or arret < fin):
        fin, evenement_de_fin = arret, None
    return Abonnement(
        organisme=fait.organisme,
        source=fait.source,
        tarif=tarif.code,
        produit=groupe.code_produit,
        quantite=quantite,
        debut=debut,
        evenement=fait.acte_id,
        fin=fin,
        evenement_de_fin=evenement_de_fin,
    )


def _fin(vie: Vie, debut: date, engagement: Engagement | None) -> date | None:
    """La fin dite; sous préavis, le terme où l'avis la porte, sauf perte; jamais après le relais.

    Deux vies d'une source ne se paient donc jamais le même jour.
    """
    if vie.fin is None:
        return None
    fin = vie.fin.jour
    if engagement and engagement.preavis_jours is not None and _avise(vie.fin):
        fin = terme(vie, debut, engagement) or fin
    return fin if vie.relais is None else min(fin, vie.relais)


def _avise(fin: FaitRecu) -> bool:
    """Vrai si la fin est un avis : ni une perte, ni ce qui se poursuit ailleurs."""
    return not fin.perd and not fin.transmet


def terme(vie: Vie, debut: date, engagement: Engagement) -> date | None:
    """Le terme qui borne une vie finie : le premier anniversaire, à sa fin ou après (FAC-5, TEL-1).

    Sous préavis, celui que l'avis précède d'assez de jours. Sans reconduction, il n'y en a qu'un;
    passé, plus rien n'engage. Un engagement reçu d'ailleurs y court depuis son début.
    """
    if vie.fin is None or vie.avis is None or vie.fin.jour <= debut:
        return None
    limite = vie.fin.jour
    if engagement.reconduit and engagement.preavis_jours is not None:
        limite = max(limite, vie.avis.dit_le + timedelta(days=engagement.preavis_jours))
    rangs = count(1) if engagement.reconduit else iter((1,))
    depart = min(debut, vie.engagee_depuis or debut)
    anniversaires = (mois_plus_tard(depart, rang * engagement.mois) for rang in rangs)
    return next((jour for jour in anniversaires if jour >= limite), None)
