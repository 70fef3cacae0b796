"""Les types de problème, pour qui en reçoit un : ce qu'il veut dire, et quoi faire."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from socle.serveur.problemes import CADRE, type_de
from socle.web.problemes import CLE_REUTILISEE, STATUTS


class Conseil(NamedTuple):
    """Ce qu'un type veut dire, et ce qu'on en fait."""

    sens: str
    que_faire: str


CONSEILS: Final[Mapping[str, Conseil]] = {
    "requete-invalide": Conseil(
        sens="La requête ne peut être lue : un en-tête requis manque (`Idempotency-Key`), est "
        "mal formé, ou le curseur d'une liste est illisible.",
        que_faire="Corrigez ce que nomme `detail`. D'une liste, reprenez à la première page, sans "
        "`curseur`.",
    ),
    "non-authentifie": Conseil(
        sens="Le jeton est absent, expiré ou refusé; d'un événement signé, la signature est "
        "absente, fausse, ou d'un autre instant.",
        que_faire="Demandez un jeton neuf à votre émetteur, et portez-le dans `Authorization: "
        "Bearer …`. D'un événement signé, vérifiez la clé et l'horloge : cinq minutes "
        "d'écart sont admises.",
    ),
    "interdit": Conseil(
        sens="Vous êtes reconnu, mais cet acte n'est pas à vous : votre rôle ne le permet pas, "
        "ou une règle le réserve à quelqu'un d'autre (un signataire au registre ce jour- "
        "là, par exemple).",
        que_faire="Lisez `regle`, si elle est dite. Réessayer tel quel n'y changera rien.",
    ),
    "introuvable": Conseil(
        sens="Cette adresse n'existe pas, ou l'objet n'est pas de ceux que vous pouvez voir : "
        "l'objet d'un autre organisme est introuvable, comme celui qui n'existe pas.",
        que_faire="Vérifiez l'identifiant, le service appelé et l'organisme de votre jeton.",
    ),
    "detruit": Conseil(
        sens="L'objet a existé, et son temps de conservation passé, quelqu'un l'a détruit et l'a "
        "attesté. Il ne reviendra pas.",
        que_faire="`detail` dit quand; ce qui en reste (empreinte, attestation) se lit à sa liste. "
        "Ne réessayez pas.",
    ),
    "methode-refusee": Conseil(
        sens="L'adresse existe, mais n'accepte pas cette méthode.",
        que_faire="L'en-tête `Allow` nomme celles qu'elle accepte.",
    ),
    "format-indisponible": Conseil(
        sens="Aucun des formats que demande `Accept` n'est offert ici.",
        que_faire="`detail` nomme les formats offerts; demandez-en un.",
    ),
    "delai-depasse": Conseil(
        sens="La requête n'est pas arrivée entière à temps : 10 secondes pour ses en-têtes, 60 "
        "pour son corps.",
        que_faire="Renvoyez-la sous la même clé; un corps plus petit passe mieux d'un réseau lent.",
    ),
    "conflit": Conseil(
        sens="La demande est bien formée, mais l'état présent ou une règle la refuse; ou le "
        "même appel est déjà en cours.",
        que_faire="Lisez `detail`, `regle` et `details` : ils disent l'état, et parfois les actes "
        "permis. Relisez l'objet avant de recommencer, sous une clé neuve.",
    ),
    "version-perimee": Conseil(
        sens="L'objet a changé depuis la lecture que dit `If-Match`. Rien n'a été écrit.",
        que_faire="Relisez l'objet, refaites votre changement sur ce qu'il est devenu, et "
        "renvoyez-le avec son nouvel `ETag`.",
    ),
    "corps-trop-gros": Conseil(
        sens="Le corps de la requête dépasse la limite d'un million d'octets.",
        que_faire="Envoyez-en moins à la fois.",
    ),
    "format-refuse": Conseil(
        sens="Le corps n'est pas d'un format que cette adresse sait lire.",
        que_faire="Envoyez du JSON en UTF-8, non comprimé, sous `Content-Type: application/json`.",
    ),
    "donnees-invalides": Conseil(
        sens="La requête se lit, mais une valeur manque ou n'a pas la forme attendue; ou un "
        "paramètre est inconnu ou répété. Rien n'a été écrit.",
        que_faire="`fautes` nomme chaque champ et ce qu'on lui reproche. Corrigez, puis renvoyez.",
    ),
    "cle-reutilisee": Conseil(
        sens="La clé (`Idempotency-Key`, ou `webhook-id` d'un appel signé) a déjà servi à un autre "
        "appel : autre adresse, ou autre corps.",
        que_faire="Une clé vaut pour un acte et ses essais. Prenez-en une neuve pour chaque acte.",
    ),
    "condition-requise": Conseil(
        sens="Modifier exige de dire ce qu'on a lu : l'en-tête `If-Match` manque.",
        que_faire="Lisez l'objet, et renvoyez son `ETag` dans `If-Match`.",
    ),
    "trop-d-appels": Conseil(
        sens="Vous appelez plus vite que le débit permis à un sujet, ou votre adresse présente "
        "trop de jetons refusés. Rien n'a été fait.",
        que_faire="Attendez le nombre de secondes que dit `Retry-After`, puis réessayez sous la "
        "même clé; espacez vos appels.",
    ),
    "en-tetes-trop-gros": Conseil(
        sens="L'adresse et les en-têtes dépassent 32 ko, ou il y a plus de cent en-têtes.",
        que_faire="Retirez ce que nous ne lisons pas : témoins, en-têtes ajoutés en chemin.",
    ),
    "erreur-interne": Conseil(
        sens="Quelque chose d'imprévu est arrivé chez nous; c'est consigné.",
        que_faire="Réessayez plus tard, sous la même clé : rien n'est fait deux fois. Si cela "
        "dure, écrivez-nous l'heure et l'adresse de l'appel.",
    ),
    "indisponible": Conseil(
        sens="Le service, sa base ou l'émetteur de jetons ne répond pas pour le moment.",
        que_faire="Attendez le nombre de secondes que dit `Retry-After`, puis réessayez sous la "
        "même clé.",
    ),
}
"""Par type; un essai les veut tous, et nul autre."""


@dataclass(frozen=True, slots=True)
class TypeProbleme:
    """Un type de problème, tel que sa page le montre."""

    identifiant: str
    titre: str
    statuts: tuple[int, ...]
    sens: str
    que_faire: str

    @property
    def type(self) -> str:
        """L'adresse que porte le champ `type` d'un problème."""
        return type_de(self.identifiant)


def emis() -> Iterator[tuple[int, str, str]]:
    """Statut, identifiant et titre de tout problème que le socle peut rendre."""
    yield from STATUTS.values()
    yield from ((statut, nom, titre) for statut, (nom, titre, _) in CADRE.items())
    yield CLE_REUTILISEE


def types() -> Mapping[str, TypeProbleme]:
    """Tous les types, par identifiant, dans l'ordre de leurs statuts."""
    titres = {nom: titre for _, nom, titre in emis()}
    tous = (
        TypeProbleme(
            identifiant=nom,
            titre=titre,
            statuts=tuple(sorted({statut for statut, autre, _ in emis() if autre == nom})),
            **CONSEILS[nom]._asdict(),
        )
        for nom, titre in titres.items()
    )
    return {t.identifiant: t for t in sorted(tous, key=lambda t: (t.statuts, t.identifiant))}
