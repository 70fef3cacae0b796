"""Le fichier client et le registre sur PostgreSQL."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from demandes.clients.adaptateurs.conversion import ligne_de, organisme_de
from demandes.clients.adaptateurs.tables import organismes, signataires, substitutions
from demandes.clients.domaine.organismes import Organisme
from demandes.clients.domaine.registre import Registre, Signataire, Substitution
from noyau import Conflit
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, une

ABSENT = "Organisme introuvable."
# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_LIRE = select(organismes).where(organismes.c.organisme == bindparam("code"))
_CHARGER = _LIRE.with_for_update()
_MANDATS = select(signataires).where(signataires.c.organisme == bindparam("code"))
_REMPLACEMENTS = select(substitutions).where(substitutions.c.organisme == bindparam("code"))
_MANDAT = insert(signataires)
_ECRIRE_MANDAT = _MANDAT.on_conflict_do_update(
    index_elements=[signataires.c.id],
    set_={nom: _MANDAT.excluded[nom] for nom in ("fin", "publie")},
)
_REMPLACEMENT = insert(substitutions)
_ECRIRE_REMPLACEMENT = _REMPLACEMENT.on_conflict_do_update(
    index_elements=[substitutions.c.id], set_={"publie": _REMPLACEMENT.excluded.publie}
)


@dataclass(frozen=True, slots=True)
class OrganismesSql:
    """Tient `ports.Organismes`."""

    connexion: Connexion

    async def lire(self, code: str) -> Organisme:
        return organisme_de(await une(self.connexion, _LIRE, ABSENT, code=code))

    async def charger(self, code: str) -> Organisme:
        return organisme_de(await une(self.connexion, _CHARGER, ABSENT, code=code))

    async def ajouter(self, organisme: Organisme) -> None:
        ajout = insert(organismes).values(**ligne_de(organisme))
        if not await self.connexion.ecrire(ajout.on_conflict_do_nothing()):
            raise Conflit(f"L'organisme {organisme.code} est déjà inscrit.", regle="DEM-8")

    async def enregistrer(self, organisme: Organisme) -> None:
        await self.connexion.ecrire(
            update(organismes)
            .where(organismes.c.organisme == organisme.code)
            .values(**ligne_de(organisme))
        )

    async def registre(self, code: str) -> Registre:
        mandats = await self.connexion.lignes(_MANDATS, {"code": code})
        remplacements = await self.connexion.lignes(_REMPLACEMENTS, {"code": code})
        return Registre(
            tuple(objet(Signataire, ligne) for ligne in mandats),
            tuple(objet(Substitution, ligne) for ligne in remplacements),
        )

    async def ecrire_signataire(self, signataire: Signataire) -> None:
        await self.connexion.ecrire(_ECRIRE_MANDAT, colonnes(signataire))

    async def ecrire_substitution(self, substitution: Substitution) -> None:
        await self.connexion.ecrire(_ECRIRE_REMPLACEMENT, colonnes(substitution))
