"""Ce qu'on peut demander aux créances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from facturation.creances.domaine.abonnements import abonnements_de
from facturation.creances.domaine.creances import Attente, LigneMiseEnAttente
from facturation.creances.domaine.faits import (
    Appris,
    DemandeNumerotee,
    Ecartement,
    LigneEcartee,
    Source,
    produits_livres,
)
from facturation.creances.domaine.imputations import (
    Imputation,
    exiger_a_venir,
    exiger_connues,
    neuves,
)
from facturation.creances.ports import Ports
from facturation.tarification.domaine.tarification import Tarification
from noyau import Acte, Mois, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True)
class EnregistrerFait:
    """Un fait reçu ou une rectification, et l'instant (UTC) où son producteur l'a enregistré."""

    fait: Appris
    enregistre_le: datetime


async def enregistrer_faits(
    commandes: Sequence[EnregistrerFait], ports: Ports, _acte: Acte
) -> Resultat[None]:
    """Garde les faits, tient les abonnements de leurs sources et demande la revue des attentes.

    L'ordre des faits et leurs répétitions n'ont pas d'effet (FAC-6); une rectification touche la
    source de l'acte qu'elle nomme (DEM-13).
    """
    recents: dict[str, datetime] = {}
    for c in commandes:
        organisme = c.fait.organisme
        recents[organisme] = max(c.enregistre_le, recents.get(organisme, c.enregistre_le))
    # D'abord, car elle verrouille l'organisme : deux lots d'une même source s'attendent.
    await ports.attentes.demander_revue(recents)
    await ports.faits.ajouter([c.fait for c in commandes])
    actes = {(c.fait.organisme, c.fait.acte_id) for c in commandes}
    sources = await ports.faits.des_actes(actes)
    await ports.touches.toucher({(source.organisme, source.nom) for source in sources})
    _ = await _tenir_abonnements(sources, ports)
    return Resultat(None)


async def synchroniser_demandes(
    demandes: Sequence[DemandeNumerotee], ports: Ports, _acte: Acte
) -> Resultat[None]:
    """Garde le numéro des demandes, dans quelque ordre qu'elles arrivent (FAC-9)."""
    await ports.demandes.synchroniser(demandes)
    return Resultat(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevoirOrganisme:
    """L'organisme dont un fait ou un tarif est arrivé; `essais` : combien ont déjà échoué."""

    organisme: str
    demandee_le: datetime
    essais: int = 0


async def revoir_organisme(commande: RevoirOrganisme, ports: Ports, acte: Acte) -> Resultat[int]:
    """Refait les abonnements, et les attentes jusqu'au mois courant; chacune se signale une fois.

    Ne relit que ce que relirait une émission : rien d'autre ne peut avoir changé (FAC-14). Ce qui
    ne se signale que plus tard fera revenir à lui ce jour-là (FAC-4).

    Lève celles qui ont trouvé leur montant; rend le nombre de celles qui restent.
    """
    organisme, jour = commande.organisme, jour_de_quebec(acte.le)
    await ports.attentes.commencer_revue(organisme)
    visees = await ports.touches.etendue(organisme)
    toutes: list[Attente] = []
    async for etendue in ports.touches.relire(organisme, visees):
        tarification = await _tenir_abonnements(etendue.sources, ports)
        calcul = await ports.a_l_ecart(etendue.calculer, tarification, Mois.de(jour))
        toutes += calcul.attentes
    attentes = [attente for attente in toutes if attente.des <= jour]
    a_venir = min((attente.des for attente in toutes if jour < attente.des), default=None)
    await ports.reveils.remplacer(organisme, a_venir)
    nouvelles = await ports.attentes.remplacer(organisme, attentes, acte.le)
    return Resultat(
        len(attentes),
        *(
            LigneMiseEnAttente(organisme=organisme, attente=attente, survenu_le=acte.le)
            for attente in nouvelles
        ),
    )


async def demander_reveils(_commande: None, ports: Ports, acte: Acte) -> Resultat[int]:
    """Demande la revue des organismes où le temps seul fait signaler quelque chose (FAC-4)."""
    organismes = await ports.reveils.prendre(jour_de_quebec(acte.le))
    if organismes:
        await ports.attentes.demander_revue(dict.fromkeys(organismes, acte.le))
    return Resultat(len(organismes))


@dataclass(frozen=True, slots=True, kw_only=True)
class EcarterAttente:
    """La ligne en attente que l'on renonce à facturer, et pourquoi."""

    visee: Ecartement
    motif: str


async def ecarter_attente(
    commande: EcarterAttente, ports: Ports, acte: Acte
) -> Resultat[LigneEcartee]:
    """Renonce à facturer ce qui attend; un montant qui viendrait n'y change rien.

    Lève `Introuvable` si la ligne n'attend pas, `Conflit` si elle attend chaque mois un prix,
    `Interdit` si une machine décide.
    """
    visee = commande.visee
    visee.exiger_permis(acte.acteur)
    ecartee = await ports.ecartements.ajouter(visee, commande.motif, acte)
    await ports.touches.toucher({(visee.organisme, visee.source)})
    return Resultat(ecartee)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManquerRevue:
    """La revue qui a échoué, pour la combientième fois, et la raison si on la met de côté."""

    organisme: str
    demandee_le: datetime
    essais: int
    raison: str | None


async def manquer_revue(commande: ManquerRevue, ports: Ports, _acte: Acte) -> Resultat[None]:
    """Les autres organismes continuent; ce qui arrive de celui-ci fait revenir à lui."""
    await ports.attentes.manquer_revue(
        commande.organisme, commande.demandee_le, commande.essais, commande.raison
    )
    return Resultat(None)


async def _tenir_abonnements(sources: Sequence[Source], ports: Ports) -> Tarification:
    """Récrit les abonnements de ces sources; rend la tarification qui les dit."""
    tarification = await ports.tarifications.charger(produits_livres(sources))
    courent = await ports.a_l_ecart(abonnements_de, sources, tarification)
    await ports.abonnements.remplacer([(s.organisme, s.nom) for s in sources], courent)
    return tarification


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneImputee:
    """Une source ou une demande de l'organisme, son code, et le jour où il commence."""

    id: UUID
    organisme: str
    source: str
    code: str
    debut: date


async def imputer_sources(
    lignes: Sequence[LigneImputee], ports: Ports, acte: Acte
) -> Resultat[tuple[int, int]]:
    """Donne ces codes, tous ou aucun : combien s'ajoutent, combien étaient déjà dits (FAC-16).

    Aucune somme n'en change, ni rien d'émis. Lève `Introuvable` si une source n'est pas de son
    organisme, `Conflit` si un code est daté d'avant la période ouverte.
    """
    ajoutees = 0
    for organisme in sorted({ligne.organisme for ligne in lignes}):
        rangees = [(n, x) for n, x in enumerate(lignes, start=1) if x.organisme == organisme]
        siennes = [ligne for _, ligne in rangees]
        noms = await _nommer(organisme, [(n, ligne.source) for n, ligne in rangees], ports)
        # Une émission en cours finit avant, ou lit ce que voici.
        arrete = await ports.touches.verrouiller(organisme)
        dites = [(ligne.source, ligne.debut) for ligne in siennes]
        exiger_a_venir(dites, arrete, jour_de_quebec(acte.le))
        connues = await ports.imputations.des_sources(organisme, set(noms.values()))
        neuves_ = neuves((_imputation(ligne, noms, acte) for ligne in siennes), connues)
        await ports.imputations.ajouter(neuves_)
        ajoutees += len(neuves_)
    return Resultat((ajoutees, len(lignes) - ajoutees))


async def _nommer(
    organisme: str, rangees: Sequence[tuple[int, str]], ports: Ports
) -> Mapping[str, str]:
    """Le nom de chaque source dite, ou l'identifiant de la demande; lève `Introuvable`."""
    dites = {source for _, source in rangees}
    demandes = await ports.demandes.nommees(organisme, dites)
    noms = {dite: str(demande) for dite, demande in demandes.items()}
    noms |= {nom: nom for nom in await ports.faits.connues(organisme, dites)}
    exiger_connues(organisme, rangees, noms)
    return noms


def _imputation(ligne: LigneImputee, noms: Mapping[str, str], acte: Acte) -> Imputation:
    return Imputation(
        id=ligne.id,
        organisme=ligne.organisme,
        source=noms[ligne.source],
        code=ligne.code,
        debut=ligne.debut,
        dite_le=acte.le,
        dite_par=acte.acteur.sujet,
    )
