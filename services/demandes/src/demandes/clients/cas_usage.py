"""Ce qu'on peut demander du fichier client et du registre des signataires (DEM-3, DEM-8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from demandes.clients.domaine import Organisme, OrganismeInscrit, Signataire, Substitution
from demandes.clients.ports import Ports
from noyau import Acte, Resultat


async def inscrire_organisme(organisme: Organisme, ports: Ports, acte: Acte) -> Resultat[Organisme]:
    """Ouvre le fichier client (DEM-8); lève `Conflit` si le code est déjà pris."""
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
    """Change le fichier client; lève `Introuvable`, `VersionPerimee` ou `Interdit` (DEM-8)."""
    organisme = acte.sur(await ports.organismes.charger(commande.code))
    modifie, fait = organisme.modifier(commande.changements, acte)
    await ports.organismes.enregistrer(modifie)
    return Resultat(modifie, fait)


async def inscrire_signataire(
    signataire: Signataire, ports: Ports, _: Acte
) -> Resultat[Signataire]:
    """Ajoute la personne au registre (DEM-3).

    Lève `Introuvable` si l'organisme l'est, `Conflit` (DEM-14) si elle a déjà un mandat.
    """
    _verrouille = await ports.organismes.charger(signataire.organisme)
    (await ports.organismes.registre(signataire.organisme)).exiger_seul(signataire)
    await ports.organismes.ajouter_signataire(signataire)
    return Resultat(signataire)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinirMandat:
    """La fin est exclue : la personne ne signe plus ce jour-là."""

    organisme: str
    signataire_id: UUID
    fin: date


async def finir_mandat(commande: FinirMandat, ports: Ports, acte: Acte) -> Resultat[Signataire]:
    """Clôt le mandat (DEM-3).

    Lève `Introuvable`, `Conflit` si la fin est passée, ou empiète sur un autre mandat (DEM-14).
    """
    _verrouille = await ports.organismes.charger(commande.organisme)
    registre = await ports.organismes.registre(commande.organisme)
    fini = registre.signataire(commande.signataire_id).finir(commande.fin, acte)
    registre.exiger_seul(fini)
    await ports.organismes.finir_signataire(fini)
    return Resultat(fini)


async def inscrire_substitution(
    substitution: Substitution, ports: Ports, _: Acte
) -> Resultat[Substitution]:
    """Ajoute la substitution (DEM-3); lève `Introuvable` si l'organisme ou le signataire l'est."""
    _organisme = await ports.organismes.lire(substitution.organisme)
    registre = await ports.organismes.registre(substitution.organisme)
    _remplace = registre.signataire(substitution.remplace_id)
    await ports.organismes.ajouter_substitution(substitution)
    return Resultat(substitution)
