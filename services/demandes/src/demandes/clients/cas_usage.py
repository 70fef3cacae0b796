"""Ce qu'on peut demander du fichier client et du registre des signataires (DEM-3, DEM-8)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from demandes.clients.domaine.organismes import Organisme, OrganismeInscrit, OrganismeModifie
from demandes.clients.domaine.registre import (
    Registre,
    Signataire,
    SignataireInscrit,
    SignataireRetire,
    Substitution,
    SubstitutionInscrite,
)
from demandes.clients.ports import Ports
from noyau import Acte, Fait, Interdit, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class InscrireOrganisme:
    """Le fichier client, et son profil de taxes depuis une date (absente : aujourd'hui)."""

    organisme: Organisme
    taxable: bool = False
    taxable_depuis: date | None = None


async def inscrire_organisme(
    commande: InscrireOrganisme, ports: Ports, acte: Acte
) -> Resultat[Organisme]:
    """Ouvre le fichier client (DEM-8).

    Lève `Conflit` si le code est déjà pris, ou si le profil de taxes commence trop tôt (FAC-15).
    """
    profile = commande.organisme.taxe(commande.taxable, commande.taxable_depuis, acte)
    organisme = profile.suivi(Registre(()), acte)
    await ports.organismes.ajouter(organisme)
    return Resultat(organisme, OrganismeInscrit(organisme=organisme, survenu_le=acte.le))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierOrganisme:
    """Les champs à changer."""

    code: str
    changements: Mapping[str, Any]


async def modifier_organisme(
    commande: ModifierOrganisme, ports: Ports, acte: Acte
) -> Resultat[Organisme]:
    """Change le fichier client; lève `Introuvable`, `VersionPerimee`, ou ce que lève `modifier`."""
    organisme = acte.sur(await ports.organismes.charger(commande.code))
    registre = await ports.organismes.registre(commande.code)
    modifie, fait = organisme.modifier(commande.changements, registre, acte)
    if fait is None:
        return Resultat(modifie)
    await ports.organismes.enregistrer(modifie)
    return Resultat(modifie, fait)


async def inscrire_signataire(
    signataire: Signataire, ports: Ports, acte: Acte
) -> Resultat[Signataire]:
    """Ajoute la personne au registre (DEM-3).

    Lève `Introuvable` si l'organisme l'est, `Conflit` s'il n'est plus actif ou si elle a déjà un
    mandat (DEM-14), `Interdit` (DEM-3) si elle s'inscrit elle-même, ou ce que lève
    `exiger_recevable`.
    """
    signataire.exiger_recevable()
    _exiger_autre(signataire.sujet, acte)
    organisme = await ports.organismes.charger(signataire.organisme)
    organisme.exiger_actif(acte.le)
    registre = await ports.organismes.registre(signataire.organisme)
    registre.exiger_place()
    registre.exiger_seul(signataire)
    return Resultat(signataire, *await _suivre(organisme, registre.avec(signataire), ports, acte))


@dataclass(frozen=True, slots=True, kw_only=True)
class FinirMandat:
    """La fin est exclue : la personne ne signe plus ce jour-là."""

    organisme: str
    signataire_id: UUID
    fin: date


async def finir_mandat(commande: FinirMandat, ports: Ports, acte: Acte) -> Resultat[Signataire]:
    """Clôt le mandat, et ceux qui le doublent (DEM-3, DEM-14); la même fin ne change rien.

    Lève `Introuvable`, `Conflit` si la fin est passée, ou empiète sur un autre mandat (DEM-14).
    """
    organisme = await ports.organismes.charger(commande.organisme)
    registre = await ports.organismes.registre(commande.organisme)
    finis = registre.finir(commande.signataire_id, commande.fin, acte)
    faits: list[Fait] = []
    for fini in finis:
        mandat = registre.signataire(fini.id)
        registre = registre.avec(fini)
        if mandat.publie and fini != mandat:
            await ports.organismes.ecrire_signataire(fini)
            fin = fini.fin or commande.fin
            faits.append(SignataireRetire(signataire=fini, fin=fin, survenu_le=acte.le))
    faits += await _suivre(organisme, registre, ports, acte)
    return Resultat(finis[0], *faits)


async def inscrire_substitution(
    substitution: Substitution, ports: Ports, acte: Acte
) -> Resultat[Substitution]:
    """Ajoute la substitution (DEM-3).

    Lève `Introuvable` si l'organisme ou le signataire l'est, `Conflit` si l'organisme n'est plus
    actif (DEM-14) ou le registre plein (DEM-8), `Interdit` (DEM-3) si la personne s'inscrit
    elle-même, ou ce que lève `exiger_utile`.
    """
    _exiger_autre(substitution.sujet, acte)
    organisme = await ports.organismes.charger(substitution.organisme)
    organisme.exiger_actif(acte.le)
    registre = await ports.organismes.registre(substitution.organisme)
    registre.exiger_place()
    registre.exiger_utile(substitution, jour_de_quebec(acte.le))
    avec = replace(registre, substitutions=(*registre.substitutions, substitution))
    return Resultat(substitution, *await _suivre(organisme, avec, ports, acte))


def _exiger_autre(sujet: str, acte: Acte) -> None:
    """Lève `Interdit` (DEM-3) : nul ne se donne à lui-même le droit de signer."""
    if sujet == acte.acteur.sujet and not acte.acteur.est_mcn:
        raise Interdit("Nul ne s'inscrit lui-même au registre des signataires.", regle="DEM-3")


async def suivre_registre(code: str, ports: Ports, acte: Acte) -> Resultat[None]:
    """Publie ce qu'on n'a pas encore dit d'un organisme : mandats inédits, date venue (FAC-15)."""
    organisme = await ports.organismes.charger(code)
    registre = await ports.organismes.registre(code)
    return Resultat(None, *await _suivre(organisme, registre, ports, acte))


async def _suivre(organisme: Organisme, registre: Registre, ports: Ports, acte: Acte) -> list[Fait]:
    """Écrit et publie ce que les autres ne savent pas : mandats, puis substitutions, destinataire.

    L'organisme est verrouillé : deux actes ne publient pas la même chose.
    """
    faits: list[Fait] = []
    for mandat in registre.inedits.signataires:
        await ports.organismes.ecrire_signataire(replace(mandat, publie=True))
        faits.append(SignataireInscrit(signataire=mandat, survenu_le=acte.le))
    for substitution in registre.inedits.substitutions:
        await ports.organismes.ecrire_substitution(replace(substitution, publie=True))
        faits.append(SubstitutionInscrite(substitution=substitution, survenu_le=acte.le))
    suivi = organisme.suivi(registre, acte)
    if suivi != organisme:
        await ports.organismes.enregistrer(suivi)
    if organisme.annonce_le is None or suivi.destinataire != organisme.destinataire:
        faits.append(OrganismeModifie(organisme=suivi, survenu_le=acte.le))
    return faits
