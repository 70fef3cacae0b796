"""Ce qu'on peut faire d'une publication au SEAO, et ce que la vie d'un contrat y provoque (CI-18).

Consigner un avis lève aussi `VersionPerimee` si la publication a changé depuis qu'on l'a lue.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from courtier.contrats.domaine.contrat import Contrat
from courtier.obligations.domaine import Obligation, a_venir
from courtier.seao.domaine.publication import (
    Annonce,
    Conclusion,
    Declaration,
    Echeance,
    Effets,
    Modification,
    NatureEtape,
    Partie,
    Publication,
)
from courtier.seao.ports import Ports
from noyau import Acte, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierConclusion:
    """L'avis de conclusion d'un contrat, et ce qu'il déclare."""

    contrat_id: UUID
    annonce: Annonce
    declaration: Declaration


async def publier_conclusion(
    commande: PublierConclusion, ports: Ports, acte: Acte
) -> Resultat[Publication]:
    """Lève `Introuvable` ou `Conflit` (CI-18)."""
    ports.profil.exiger_indicateur(commande.declaration.indicateur)
    publication = acte.sur(await ports.publications.charger(commande.contrat_id))
    publiee, effets = publication.publier(
        commande.annonce, publication.conclusion.id, acte, declaration=commande.declaration
    )
    return await _garder(publiee, effets, ports, acte)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierSupplement:
    """L'avis d'un avenant, ou d'une résiliation."""

    contrat_id: UUID
    annonce: Annonce
    etape_id: UUID


async def publier_supplement(
    commande: PublierSupplement, ports: Ports, acte: Acte
) -> Resultat[Publication]:
    """Lève `Introuvable` ou `Conflit` (CI-18)."""
    publication = acte.sur(await ports.publications.charger(commande.contrat_id))
    publiee, effets = publication.publier(commande.annonce, commande.etape_id, acte)
    return await _garder(publiee, effets, ports, acte)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierFin:
    """L'avis de fin d'un contrat."""

    contrat_id: UUID
    annonce: Annonce
    etape_id: UUID
    """Celle qui naît de cet avis."""


async def publier_fin(commande: PublierFin, ports: Ports, acte: Acte) -> Resultat[Publication]:
    """Le total payé est ce que les factures inscrites du contrat somment, avant taxes (CI-19).

    Lève `Introuvable` ou `Conflit` (CI-18).
    """
    publication = acte.sur(await ports.publications.charger(commande.contrat_id))
    paye = await ports.factures.facture_au_total(publication.organisme.code, commande.contrat_id)
    publiee, effets = publication.finir(commande.annonce, commande.etape_id, paye, acte)
    return await _garder(publiee, effets, ports, acte)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renumeroter:
    """Le numéro juste d'un contrat dont l'avis fut consigné sous un autre."""

    contrat_id: UUID
    numero: str


async def renumeroter(commande: Renumeroter, ports: Ports, acte: Acte) -> Resultat[Publication]:
    """Libère l'ancien numéro; lève `Introuvable`, `Interdit` ou `Conflit` (CI-18)."""
    publication = acte.sur(await ports.publications.charger(commande.contrat_id))
    juste = publication.renumeroter(commande.numero, acte)
    await ports.publications.enregistrer(juste)
    return Resultat(juste)


async def _garder(
    publiee: Publication, effets: Effets, ports: Ports, acte: Acte
) -> Resultat[Publication]:
    await ports.publications.enregistrer(publiee)
    await _appliquer(publiee, effets, ports, acte)
    return Resultat(publiee)


@dataclass(frozen=True, slots=True)
class PublierAuSeao:
    """Tient `contrats.ports.Repercussion` : ce que la vie d'un contrat fait naître à publier."""

    ports: Ports

    async def conclu(self, contrat_id: UUID, acte: Acte) -> None:
        """La publication naît de la dernière signature."""
        contrat = await self.ports.contrats.lire(contrat_id)
        signature = contrat.signature_fournisseur
        if signature is None:
            raise ValueError("Un contrat conclu porte la signature du fournisseur.")
        ports = self.ports
        client = await ports.organismes.lire(contrat.organisme)
        entente = await ports.catalogue.entente(contrat.entente_id)
        conclu = Conclusion(
            contrat_id=contrat.id,
            organisme=Partie(code=client.code, nom=client.nom, neq=client.neq),
            assujetti=client.assujetti_rcti,
            fournisseur=await ports.fournisseurs.partie(contrat.fournisseur_id),
            entente=entente.numero,
            montant=contrat.termes.montant,
            debut=contrat.termes.debut,
            fin=contrat.termes.fin,
            le=signature.le,
        )
        normes = ports.normes.le(jour_de_quebec(signature.le)).seao
        publication, effets = Publication.conclure(conclu, normes, acte)
        await ports.publications.ajouter(publication)
        await _appliquer(publication, effets, ports, acte)

    async def change(self, contrat_id: UUID, le: datetime, acte: Acte) -> None:
        """Un avenant conclu, ou une résiliation; lève ce que lève `modifie`."""
        contrat = await self.ports.contrats.lire(contrat_id)
        await self.modifie(contrat_id, _modification(contrat, le), acte)

    async def modifie(self, contrat_id: UUID, modification: Modification, acte: Acte) -> None:
        """Redit, il ne change rien. Lève `Conflit` d'un contrat dont la fin est publiée."""
        ports = self.ports
        publication = await ports.publications.charger(contrat_id)
        client = await ports.organismes.lire(publication.organisme.code)
        modifiee, effets = publication.modifier(
            modification,
            assujetti=client.assujetti_rcti,
            normes=ports.normes.le(jour_de_quebec(modification.le)).seao,
            acte=acte,
        )
        if modifiee is not publication:
            await ports.publications.enregistrer(modifiee)
            await _appliquer(modifiee, effets, ports, acte)


def _modification(contrat: Contrat, le: datetime) -> Modification:
    """Le dernier acte d'un contrat conclu : sa résiliation, sinon son dernier avenant."""
    resilie = contrat.resiliation is not None
    nom = "resiliation" if resilie else f"avenant/{len(contrat.changements)}"
    return Modification(
        id=uuid5(contrat.id, nom),
        nature=NatureEtape.RESILIATION if resilie else NatureEtape.AVENANT,
        montant=contrat.courants.montant,
        fin=contrat.fin,
        le=le,
    )


async def _appliquer(publication: Publication, effets: Effets, ports: Ports, acte: Acte) -> None:
    """Ferme puis ouvre les obligations, dans cet ordre : une seule court par objet."""
    fermetures: Sequence[tuple[Echeance, Callable[[Obligation], Obligation]]] = (
        *((e, lambda o: o.remplir(acte.le)) for e in effets.remplies),
        *((e, lambda o: o.abandonner(acte.le)) for e in effets.abandonnees),
    )
    organisme = publication.organisme.code
    for echeance, fermer in fermetures:
        for obligation in await ports.obligations.courantes(organisme, echeance.objet_id):
            if obligation.nature is echeance.nature:
                await ports.obligations.enregistrer(fermer(obligation))
    rappels = ports.normes.le(jour_de_quebec(acte.le)).seao.rappels_jours
    for echeance in effets.ouvertes:
        await ports.obligations.ouvrir(_obligation(publication, echeance, rappels, acte))


def _obligation(
    publication: Publication, echeance: Echeance, rappels: Sequence[int], acte: Acte
) -> Obligation:
    jours = (echeance.due_le - timedelta(days=avant) for avant in rappels)
    return Obligation.nee(
        echeance.nature,
        publication.organisme.code,
        echeance.objet_id,
        due_le=echeance.due_le,
        acte=acte,
        contrat_id=publication.contrat_id,
        rappels=a_venir(jours, acte),
    )
