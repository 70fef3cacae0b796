"""Livrer, récupérer, perdre, remplacer un actif, et rectifier (DEM-7, DEM-13, FAC-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from demandes.demande.domaine.demande import Geste
from demandes.demande.domaine.gestes import GestePose
from demandes.demande.domaine.histoire import Avancee
from demandes.parc.domaine.actif import (
    PLI,
    Actif,
    EtatActif,
    HistoireActif,
    Mouvement,
    MouvementPose,
    MouvementRectifie,
    au_soir,
    avant,
    exiger_en_service,
    exiger_place,
    inscrit,
    succession,
    succession_de,
)
from demandes.parc.domaine.voulus import MouvementVoulu, RemplacementVoulu
from demandes.parc.ports import Ports, PortsInventaires
from demandes.ropn.domaine import Produit
from noyau import (
    Acte,
    Conflit,
    Histoire,
    Introuvable,
    Rectification,
    Resultat,
    jour_de_quebec,
    ordre,
)

_ABSENT: Final = "Actif introuvable."
_DITS_AILLEURS: Final[Mapping[Mouvement, str]] = MappingProxyType(
    {
        Mouvement.LIVRAISON: "Une livraison se rectifie sur sa demande.",
        Mouvement.SUCCESSION: "Un remplacement se rectifie sur l'actif remplacé.",
    }
)


async def suivre_livraisons(avancee: Avancee, ports: Ports, _: Acte) -> Resultat[None]:
    """Répercussion : les livraisons inscrites et rectifiées d'une demande sont celles du parc.

    Lève `ActeContredit` si la fin d'un actif ne suit plus sa livraison, `Conflit` (DEM-14) si un
    actif perdu se livre.
    """
    livraisons: dict[UUID, list[GestePose]] = {}
    rectifies = {r.acte_id for r in avancee.rectifications}
    histoire = avancee.dossier.histoire
    nouveaux = [*avancee.inscrits, *(p for p in histoire.actes if p.acte_id in rectifies)]
    for pose in nouveaux:
        if pose.geste is Geste.LIVRER and pose.article_id is not None:
            livraisons.setdefault(pose.article_id, []).append(pose)
    for article_id, poses in sorted(livraisons.items()):
        if (neuf := Actif.de(avancee.demande, avancee.demande.article(article_id))) is not None:
            await _livrer(neuf, poses, avancee.rectifications, ports)
    return Resultat(None)


async def _livrer(
    neuf: Actif, poses: Sequence[GestePose], ajouts: Sequence[Rectification], ports: Ports
) -> None:
    """Ajoute ces livraisons, ou leurs rectifications, à l'histoire de l'actif."""
    actif = await ports.actifs.trouver(neuf.id) or neuf
    histoire = await _histoire(actif, ports)
    livraisons = [
        MouvementPose(
            acte_id=pose.acte_id,
            mouvement=Mouvement.LIVRAISON,
            survenu_le=pose.survenu_le,
            enregistre_le=pose.enregistre_le,
            acteur=pose.acteur,
            utilisateur_id=neuf.utilisateur_id,
            site=neuf.site,
        )
        for pose in poses
        if histoire.connu(pose.acte_id) is None
    ]
    visees = [r for r in ajouts if r.acte_id in {pose.acte_id for pose in poses}]
    rectifiee = replace(histoire, rectifications=(*histoire.rectifications, *visees))
    await _ecrire(rectifiee, livraisons, actif.version, ports)
    await ports.rectifications.ajouter(actif.organisme, actif.id, visees)


async def inscrire_mouvement(voulue: MouvementVoulu, ports: Ports, acte: Acte) -> Resultat[Actif]:
    """Déplace, récupère (FAC-1) ou déclare la perte (FAC-2); déjà dit ce jour-là, rien de plus.

    Lève `Introuvable`, ou `TransitionImpossible` (DEM-7) si l'actif n'est pas en service alors.
    """
    actif = acte.sur(await _charger(voulue.actif_id, ports))
    histoire = await _histoire(actif, ports)
    neufs = histoire.neufs([voulue.pose(acte)])
    if neufs:
        exiger_place(len(histoire.actes), acte.acteur)
    fini = await _ecrire(histoire, neufs, actif.version, ports)
    return Resultat(fini, *(inscrit(fini, pose) for pose in neufs))


async def remplacer_actif(voulu: RemplacementVoulu, ports: Ports, acte: Acte) -> Resultat[Actif]:
    """Un autre actif prend la place de celui-ci (FAC-2), et son engagement (FAC-5).

    Déjà dit de même, rien de plus. Lève `Introuvable`, `Conflit` (DEM-7, FAC-2; FAC-5 si l'autre
    ne reste pas en service ce jour-là), ou `TransitionImpossible` (DEM-7) si l'un des deux n'est
    pas en service alors.
    """
    if voulu.par_actif_id == voulu.actif_id:
        raise Conflit("Un actif ne prend pas sa propre place.", regle="DEM-7")
    actif = acte.sur(await _charger(voulu.actif_id, ports))
    autre = await _charger(voulu.par_actif_id, ports)
    if autre.organisme != actif.organisme:
        raise Introuvable(_ABSENT)
    histoire, sienne = await _histoire(actif, ports), await _histoire(autre, ports)
    produits = await ports.produits.au([actif.produit], jour_de_quebec(acte.le))
    duree_de_vie = next((p.duree_de_vie_mois for p in produits.values()), None)
    alors = avant(histoire, Mouvement.REMPLACEMENT, voulu.survenu(acte))
    pose = voulu.pose(alors, duree_de_vie, acte)
    neufs = histoire.neufs([pose])
    remplace = await _ecrire(histoire, neufs, actif.version, ports)
    successions = sienne.neufs([succession(actif.id, un) for un in neufs])
    successeur = await _ecrire(sienne, successions, autre.version, ports)
    exiger_en_service(sienne.avec(successions), [un.jour for un in successions])
    faits = (
        *(inscrit(remplace, un) for un in neufs),
        *(inscrit(successeur, un) for un in successions),
    )
    return Resultat(remplace, *faits)


@dataclass(frozen=True, slots=True, kw_only=True)
class RectifierActif:
    """L'heure juste de chaque mouvement nommé; None : il est nul."""

    actif_id: UUID
    justes: Mapping[UUID, datetime | None]
    motif: str


async def rectifier_actif(commande: RectifierActif, ports: Ports, acte: Acte) -> Resultat[Actif]:
    """Redate ou annule la fin d'un actif (DEM-13, DEM-14), ce qu'en tient son successeur compris.

    Lève `Introuvable`, `Conflit` (DEM-13, FAC-5), ou `ActeContredit` si le reste ne se suit pas.
    """
    actif = acte.sur(await _charger(commande.actif_id, ports))
    histoire = await _histoire(actif, ports)
    for acte_id in commande.justes:
        pose = histoire.connu(acte_id)
        if pose is not None and pose.mouvement in _DITS_AILLEURS:
            raise Conflit(_DITS_AILLEURS[pose.mouvement], regle="DEM-13")
    rectifie, faits = await _rectifier(actif, histoire, commande, ports, acte)
    for fait in tuple(faits):
        pose = fait.rectifie.pose
        if pose.mouvement is Mouvement.REMPLACEMENT and pose.autre_id is not None:
            autre = await _charger(pose.autre_id, ports)
            sienne = await _histoire(autre, ports)
            la_sienne = replace(commande, justes={succession_de(pose.acte_id): fait.juste})
            faits += (await _rectifier(autre, sienne, la_sienne, ports, acte))[1]
    return Resultat(rectifie, *faits)


async def _rectifier(
    actif: Actif, histoire: HistoireActif, commande: RectifierActif, ports: Ports, acte: Acte
) -> tuple[Actif, list[MouvementRectifie]]:
    """L'actif rectifié, et ce qui a changé de ses mouvements."""
    rectifiee, ajouts = histoire.rectifiee(commande.justes, commande.motif, acte)
    rectifie = await _ecrire(rectifiee, [], actif.version + len(ajouts), ports)
    justes = [ajout.survenu_le for ajout in ajouts if ajout.survenu_le is not None]
    exiger_en_service(rectifiee, map(jour_de_quebec, justes))
    await ports.rectifications.ajouter(actif.organisme, actif.id, ajouts)
    poses = {pose.acte_id: pose for pose in histoire.actes}
    return rectifie, [
        MouvementRectifie(
            rectifie=inscrit(rectifie, poses[ajout.acte_id]),
            juste=ajout.survenu_le,
            survenu_le=acte.le,
        )
        for ajout in ajouts
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneMouvement:
    """Un mouvement d'un actif, ce qui l'a rectifié, et s'il vaut encore."""

    pose: MouvementPose
    rectifications: tuple[Rectification, ...]
    nul: bool


async def lire_mouvements(actif_id: UUID, ports: Ports) -> Sequence[LigneMouvement]:
    """Chaque mouvement à son heure juste, par ordre de survenue, nuls compris (DEM-12)."""
    histoire = await _histoire(await ports.actifs.lire(actif_id), ports)
    valent = {pose.acte_id: pose for pose in histoire.valant}
    lignes = [
        LigneMouvement(
            pose=valent.get(pose.acte_id, pose),
            rectifications=tuple(r for r in histoire.rectifications if r.acte_id == pose.acte_id),
            nul=pose.acte_id not in valent,
        )
        for pose in histoire.actes
    ]
    return sorted(lignes, key=lambda ligne: ordre(ligne.pose))


@dataclass(frozen=True, slots=True, kw_only=True)
class LireInventaire:
    """Ce qu'un organisme avait en service au soir d'un jour, lot par lot (TEL-2)."""

    organisme: str
    le: date
    apres: UUID | None = None
    """L'actif après lequel reprendre; absent : du début."""
    limite: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LotInventaire:
    """Les actifs en service parmi ceux d'un lot, leurs produits, et d'où reprendre."""

    actifs: Sequence[Actif]
    produits: Mapping[str, Produit]
    suivant: UUID | None
    """Le dernier actif examiné; None : il n'en reste pas."""


async def lire_inventaire(
    commande: LireInventaire, ports: PortsInventaires, *, au: date
) -> LotInventaire:
    """Un lot de l'inventaire, de tout ce qu'on en sait maintenant, rectifications comprises.

    Lève `Introuvable`, ou `Conflit` (TEL-2) si le jour est à venir.
    """
    if commande.le > au:
        raise Conflit("Un inventaire ne se lit pas d'un jour à venir.", regle="TEL-2")
    _ = await ports.organismes.lire(commande.organisme)
    actifs = await ports.actifs.apres(commande.organisme, commande.apres, commande.limite)
    ids = [actif.id for actif in actifs]
    mouvements = await ports.actifs.mouvements_des(ids)
    rectifications = await ports.rectifications.des(ids)
    alors = [
        au_soir(
            Histoire(
                pli=PLI,
                depart=actif.neuf(),
                actes=tuple(mouvements.get(actif.id, ())),
                rectifications=tuple(rectifications.get(actif.id, ())),
            ),
            commande.le,
        )
        for actif in actifs
    ]
    presents = [actif for actif in alors if actif.etat is EtatActif.EN_SERVICE]
    produits = await ports.produits.au({actif.produit for actif in presents}, commande.le)
    suivant = alors[-1].id if len(alors) == commande.limite else None
    return LotInventaire(actifs=presents, produits=produits, suivant=suivant)


async def _charger(actif_id: UUID, ports: Ports) -> Actif:
    actif = await ports.actifs.trouver(actif_id)
    if actif is None:
        raise Introuvable(_ABSENT)
    return actif


async def _histoire(actif: Actif, ports: Ports) -> HistoireActif:
    return Histoire(
        pli=PLI,
        depart=actif.neuf(),
        actes=tuple(await ports.actifs.mouvements(actif.id)),
        rectifications=tuple(await ports.rectifications.de(actif.id)),
    )


async def _ecrire(
    histoire: HistoireActif, neufs: Sequence[MouvementPose], version: int, ports: Ports
) -> Actif:
    """L'actif tel que le plient son histoire et ces mouvements; lève ce que lève `inserer`."""
    _ = histoire.inserer(neufs)
    plie = replace(histoire.avec(neufs).etat, version=version + len(neufs))
    await ports.actifs.ecrire(plie, neufs)
    return plie
