"""Les abonnés et leurs envois. Les attentes se comptent à l'horloge de la base (temps système)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, insert, or_, select, text, update

from demandes.webhooks.adaptateurs.tables import webhook_envois, webhooks
from demandes.webhooks.domaine import EnvoiADeposer, Essai, EtatEnvoi, EtatWebhook, Webhook
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, une

_SYSTEME = func.clock_timestamp()

_CHARGER = select(webhooks).where(webhooks.c.id == bindparam("id")).with_for_update()

_ESPACE = 7_264
"""L'espace des verrous consultatifs de qui compte les abonnés d'un organisme."""
_SEUL = text("SELECT pg_advisory_xact_lock(:espace, hashtext(:organisme))")
_A_CHIFFRER = (
    select(webhooks)
    .where(
        webhooks.c.id > bindparam("apres"),
        text("EXISTS (SELECT FROM unnest(secrets) AS s WHERE NOT starts_with(s, :debut))"),
    )
    .order_by(webhooks.c.id)
    .limit(bindparam("limite"))
    .with_for_update()
)

_DEPOSER = text("""
INSERT INTO webhook_envois
    (webhook_id, evenement_id, organisme, type, cle, corps, etat, essais, prochain_essai)
SELECT w.id, e.id, w.organisme, e.type, e.cle, e.corps, 'a_envoyer', 0, clock_timestamp()
FROM unnest(CAST(:ids AS uuid[]), CAST(:types AS text[]), CAST(:cles AS text[]),
            CAST(:organismes AS text[]), CAST(:instants AS timestamptz[]),
            CAST(:corps AS bytea[]))
     WITH ORDINALITY AS e(id, type, cle, organisme, enregistre_le, corps, rang)
JOIN webhooks w ON w.etat <> 'desactive'
     AND (cardinality(w.types) = 0 OR e.type = ANY (w.types))
     AND w.cree_le <= e.enregistre_le
     AND (w.organisme IS NULL OR w.organisme = e.organisme)
ORDER BY e.rang
ON CONFLICT DO NOTHING
""")

_INSCRIRE = text("""
UPDATE webhook_envois
SET etat = :etat, essais = :numero, statut = :statut, erreur = :erreur,
    prochain_essai = clock_timestamp() + :attente,
    livre_le = CASE WHEN :livre THEN clock_timestamp() END
WHERE webhook_id = :webhook_id AND evenement_id = :evenement_id AND etat = 'a_envoyer'
""")


@dataclass(frozen=True, slots=True)
class WebhooksSql:
    """Tient `ports.Webhooks`."""

    connexion: Connexion

    async def charger(self, webhook_id: UUID) -> Webhook:
        ligne = await une(self.connexion, _CHARGER, "Abonné introuvable.", id=webhook_id)
        return objet(Webhook, ligne)

    async def ajouter(self, webhook: Webhook) -> None:
        await self.connexion.ecrire(insert(webhooks).values(**colonnes(webhook)))

    async def compter(self, organisme: str | None) -> int:
        await self.connexion.ecrire(_SEUL, {"espace": _ESPACE, "organisme": organisme or ""})
        compte = await self.connexion.valeur(
            select(func.count()).where(
                webhooks.c.organisme.is_not_distinct_from(organisme),
                webhooks.c.etat != EtatWebhook.DESACTIVE,
            )
        )
        return int(compte or 0)

    async def a_chiffrer(self, debut: str, apres: UUID, limite: int) -> Sequence[Webhook]:
        valeurs = {"debut": debut, "apres": apres, "limite": limite}
        lignes = await self.connexion.lignes(_A_CHIFFRER, valeurs)
        return [objet(Webhook, ligne) for ligne in lignes]

    async def enregistrer_secrets(self, webhook_id: UUID, secrets: Sequence[str]) -> None:
        await self.connexion.ecrire(
            update(webhooks).where(webhooks.c.id == webhook_id).values(secrets=list(secrets))
        )

    async def enregistrer(self, webhook: Webhook) -> None:
        await self._enregistrer(webhook, webhook.pause)

    async def _enregistrer(self, webhook: Webhook, repos: timedelta) -> None:
        champs = colonnes(webhook)
        await self.connexion.ecrire(
            update(webhooks)
            .where(webhooks.c.id == champs.pop("id"))
            .values(**champs, pause_jusqua=_SYSTEME + repos if repos else None)
        )

    async def deposer(self, envois: Sequence[EnvoiADeposer]) -> None:
        await self.connexion.ecrire(
            _DEPOSER,
            {
                "ids": [e.evenement_id for e in envois],
                "types": [e.type for e in envois],
                "cles": [e.cle for e in envois],
                "organismes": [e.organisme for e in envois],
                "instants": [e.enregistre_le for e in envois],
                "corps": [e.corps for e in envois],
            },
        )

    async def enregistrer_essais(self, webhook: Webhook, essais: Sequence[Essai]) -> None:
        await self.connexion.ecrire_lot(
            _INSCRIRE,
            [
                {
                    "webhook_id": webhook.id,
                    "evenement_id": essai.evenement_id,
                    "numero": essai.numero,
                    "statut": essai.statut,
                    "erreur": essai.erreur,
                    "etat": essai.etat.value,
                    "livre": essai.reussi,
                    "attente": essai.attente,
                }
                for essai in essais
            ],
        )
        await self._enregistrer(webhook, webhook.repos(essais[-1]))

    async def rejouer(self, webhook_id: UUID, depuis: datetime | None) -> int:
        a_rejouer = webhook_envois.c.etat != EtatEnvoi.LIVRE
        if depuis is not None:
            a_rejouer = or_(a_rejouer, webhook_envois.c.livre_le >= depuis)
        return await self.connexion.ecrire(
            update(webhook_envois)
            .where(webhook_envois.c.webhook_id == webhook_id, a_rejouer)
            .values(
                etat=EtatEnvoi.A_ENVOYER,
                essais=0,
                prochain_essai=_SYSTEME,
                livre_le=None,
            )
        )
