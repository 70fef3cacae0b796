"""Les services mesurés et leurs actes, sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as ajouter

from sla.disponibilites.adaptateurs import conversion
from sla.disponibilites.adaptateurs import tables as t
from sla.disponibilites.domaine.services import ActeService, Service
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, une

_s = t.services.c

_SERVICES = select(t.services).order_by(_s.code)
_SERVICE = select(t.services).where(_s.code == bindparam("cle")).with_for_update()
_AJOUTER_SERVICE = ajouter(t.services).on_conflict_do_nothing()
_CHANGER_SERVICE = (
    update(t.services)
    .where(_s.code == bindparam("cle"))
    .values({nom: bindparam(f"n_{nom}", type_=_s[nom].type) for nom in
             ("libelle", "debut", "fin", "version")})
)  # fmt: skip
_INSCRIRE_ACTE = insert(t.actes_services)


@dataclass(frozen=True, slots=True)
class ServicesSql:
    """Voir `ports.Services`."""

    connexion: Connexion

    async def tous(self) -> Sequence[Service]:
        return [objet(Service, ligne) for ligne in await self.connexion.lignes(_SERVICES)]

    async def charger(self, code: str) -> Service:
        absent = "Ce service n'existe pas."
        return objet(Service, await une(self.connexion, _SERVICE, absent, cle=code))

    async def ajouter(self, service: Service) -> bool:
        return bool(await self.connexion.ecrire(_AJOUTER_SERVICE, colonnes(service)))

    async def poser(self, acte: ActeService) -> None:
        await self.connexion.ecrire(_INSCRIRE_ACTE, conversion.ligne_d_acte_de_service(acte))
        dit = colonnes(acte.apres)
        neuf = {f"n_{nom}": valeur for nom, valeur in dit.items() if nom != "code"}
        await self.connexion.ecrire(_CHANGER_SERVICE, {"cle": acte.apres.code, **neuf})
