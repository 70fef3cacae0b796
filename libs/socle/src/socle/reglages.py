"""Les réglages d'un processus, lus de l'environnement (`SBG_…`) ou de fichiers de secrets."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    IPvAnyNetwork,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from socle.bd.moteur import DelaisBase, adresse_de_base
from socle.bus.kafka import ReglagesBus
from socle.durees import Durees, lire_durees
from socle.exploitation.journaux import Niveau
from socle.exploitation.securite import ReglagesSecurite
from socle.exploitation.traces import ReglagesTraces

RoleBase = Literal["migrer", "api", "interne"]
Origine = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")]
PREFIXE: Final = "SBG_"
DOSSIER_SECRETS: Final = "SBG_DOSSIER_SECRETS"
"""Le dossier des secrets, un fichier par réglage."""
_EMETTEUR: Final = re.compile(r"https://[^\s/?#]+(/[^\s?#]*)?")
"""L'« iss » d'un émetteur (OpenID Connect Core, § 2)."""
ADRESSES: Final = ("https://", "http://")
"""Ce par quoi commence une adresse; le reste est un fichier."""
_NI_ADRESSE_NI_FICHIER: Final = "Une adresse https, ou un fichier qui se lit, est attendu."
_PROXY: Final = re.compile(r"https?://\S+")
_DE_CETTE_MACHINE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class ReglageManquant(Exception):
    """Un réglage requis n'est pas donné, ou ne convient pas; le message dit lequel."""


class ReglagesDebit(BaseModel):
    """Combien d'appels par seconde, et combien d'un coup."""

    par_seconde: float = Field(default=500, gt=0, allow_inf_nan=False)
    rafale: int = Field(default=1_000, ge=1)
    refus_par_seconde: float = Field(default=50, gt=0, allow_inf_nan=False)
    """De même, des appels d'une adresse dont le jeton ou la signature est refusé."""
    refus_rafale: int = Field(default=200, ge=1)


class ReglagesIdentite(BaseModel):
    """L'émetteur des jetons. `jwks` : une adresse https, ou un fichier (démonstration).

    Un fichier se lit dès le départ; une adresse, quand il le faut : l'émetteur peut tarder.

    `proxy` ne sert qu'à lire les clés d'un émetteur du dehors : jamais l'environnement, dont le
    proxy d'un poste de travail prendrait aussi nos appels internes.
    """

    emetteur: str = Field(min_length=1)
    audience: str = Field(default="sbg", min_length=1)
    jwks: str
    proxy: SecretStr | None = None
    autorite: Path | None = None
    """L'autorité qui signe le certificat de l'émetteur; absente : les autorités publiques."""

    @field_validator("autorite", mode="before")
    @classmethod
    def _vide_est_absente(cls, autorite: object) -> object:
        # Compose laisse vide ce qu'on ne lui dit pas.
        return autorite or None

    @field_validator("autorite")
    @classmethod
    def _autorite_lisible(cls, autorite: Path | None) -> Path | None:
        if autorite is not None and not autorite.is_file():
            raise ValueError(f"Fichier introuvable : {autorite}.")
        return autorite

    @field_validator("jwks")
    @classmethod
    def _lisible(cls, jwks: str) -> str:
        try:
            if not jwks.startswith(ADRESSES):
                _exiger_des_cles(Path(jwks).read_bytes())
            elif not _hote(jwks):
                raise ValueError(_NI_ADRESSE_NI_FICHIER)
        except OSError:
            raise ValueError(_NI_ADRESSE_NI_FICHIER) from None
        return jwks

    @field_validator("proxy")
    @classmethod
    def _adresse(cls, proxy: SecretStr) -> SecretStr:
        if not _PROXY.fullmatch(proxy.get_secret_value()):
            raise ValueError("Une adresse « http://hôte:port » est attendue.")
        return proxy


class Bornes(BaseModel):
    """Ce qu'une connexion peut prendre avant qu'on la coupe; délais en secondes."""

    octets_en_tetes: int = Field(default=32_768, ge=1_024, le=1_000_000)
    nombre_en_tetes: int = Field(default=100, ge=16, le=10_000)
    delai_en_tetes: float = Field(default=10.0, gt=0)
    delai_oisif: float = Field(default=75.0, gt=0)
    """Entre deux requêtes. Plus long que celui du mandataire (60 s d'ordinaire) : c'est à lui de
    fermer, sinon il écrit parfois sur une connexion que nous fermons, et répond 502."""
    delai_corps: float = Field(default=60.0, gt=0)
    delai_reponse: float = Field(default=30.0, gt=0)
    """Le temps de lire chaque tranche d'une réponse qui attend."""
    connexions: int = Field(default=1_000, ge=1)


class ReglagesBase(BaseModel):
    """Les trois accès à la base du service (DSN), et les délais."""

    migrer: SecretStr | None = None
    api: SecretStr | None = None
    interne: SecretStr | None = None
    delais: DelaisBase = DelaisBase()

    @field_validator("migrer", "api", "interne")
    @classmethod
    def _dsn(cls, dsn: SecretStr) -> SecretStr:
        _ = adresse_de_base(dsn)
        return dsn

    def acces(self, role: RoleBase) -> SecretStr | None:
        """Le DSN d'un rôle de base de données."""
        match role:
            case "migrer":
                return self.migrer
            case "api":
                return self.api
            case "interne":
                return self.interne


class ReglagesHttp(BaseModel):
    """Où écoutent les rôles, et ce qu'ils acceptent.

    Port 0 : celui que le service annonce; pour la gestion de chaque rôle, ce port public plus 100
    (consommateur), 200 (relais) ou 300 (api).
    """

    hote: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65_535)
    port_consommateur: int = Field(default=0, ge=0, le=65_535)
    port_relais: int = Field(default=0, ge=0, le=65_535)
    port_gestion: int = Field(default=0, ge=0, le=65_535)
    arret_secondes: int = Field(default=10, ge=1)
    bornes: Bornes = Bornes()
    origines: tuple[Origine, ...] = ()
    """Les origines dont les pages peuvent appeler l'API (liste JSON); aucune d'office."""
    mandataires: tuple[IPvAnyNetwork, ...] = ()
    """Les adresses ou réseaux (liste JSON) dont on croit l'en-tête X-Forwarded-For; d'office, nul :
    un appelant y écrirait l'adresse qu'il veut, et le frein des refus la compterait.
    """


CENT_ANS: Final = 36_525
"""De quoi dire « toujours » sans sortir du calendrier."""
DATEES: Final = frozenset({"audit", "documents", "personnes"})
"""Ce que des réglages disaient, et que dit désormais le fichier des durées."""


class ReglagesConservation(BaseModel):
    """Combien de jours se garde ce qui ne sert qu'à faire tourner; l'échu part par petits lots.

    Ce qui prouve ou identifie se garde selon un fichier daté : `fichier`, sinon celui du socle.
    """

    reponses: int = Field(default=7, ge=1, le=CENT_ANS)
    receptions: int = Field(default=14, ge=1, le=CENT_ANS)
    envois: int = Field(default=30, ge=1, le=CENT_ANS)
    fichier: Path | None = None

    @cached_property
    def durees(self) -> Durees:
        """Les durées datées."""
        return lire_durees(self.fichier)

    @model_validator(mode="before")
    @classmethod
    def _sans_anciens(cls, dits: object) -> object:
        """Ignoré, un ancien réglage plus long que le fichier laisserait détruire trop tôt."""
        if isinstance(dits, dict) and (anciens := DATEES & dits.keys()):
            noms = ", ".join(f"SBG_CONSERVATION__{nom.upper()}" for nom in sorted(anciens))
            raise ValueError(
                f"{noms} : cette durée se dit dans un fichier daté (SBG_CONSERVATION__FICHIER)."
            )
        return dits

    @model_validator(mode="after")
    def _fichier_juste(self) -> Self:
        _ = self.durees
        return self


def _majuscules(texte: object) -> object:
    return texte.upper() if isinstance(texte, str) else texte


class Reglages(BaseSettings):
    """Les réglages communs; un service y ajoute les siens par héritage."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIXE,
        env_nested_delimiter="__",
        extra="ignore",
        hide_input_in_errors=True,
    )

    mode: Literal["production", "demo", "essai"] = "production"
    base: ReglagesBase = ReglagesBase()
    bus: ReglagesBus | None = None
    identite: ReglagesIdentite | None = None
    http: ReglagesHttp = ReglagesHttp()
    debit: ReglagesDebit = ReglagesDebit()
    conservation: ReglagesConservation = ReglagesConservation()
    traces: ReglagesTraces = ReglagesTraces()
    securite: ReglagesSecurite = ReglagesSecurite()
    horloge_fichier: Path | None = None
    journal: Annotated[Niveau, BeforeValidator(_majuscules)] = "INFO"

    @model_validator(mode="after")
    def _identite_par_https(self) -> Self:
        """Qui change les clés en route, ou signe pour la démonstration, se dit n'importe qui."""
        if self.mode != "production" or self.identite is None:
            return self
        if not _EMETTEUR.fullmatch(self.identite.emetteur):
            raise ValueError(
                "SBG_IDENTITE__EMETTEUR : en production, une adresse « https://… » est attendue,"
                " sans « ? » ni « # »."
            )
        jwks = urlsplit(self.identite.jwks)
        if jwks.scheme == "http" and jwks.hostname not in _DE_CETTE_MACHINE:
            raise ValueError("SBG_IDENTITE__JWKS : en production, les clés se lisent par https.")
        return self

    @model_validator(mode="after")
    def _bus_declare(self) -> Self:
        if self.mode == "production" and self.bus is not None and self.bus.protocole is None:
            raise ValueError(
                "SBG_BUS__PROTOCOLE est requis en production : SASL_SSL, SSL, SASL_PLAINTEXT; ou"
                " PLAINTEXT, qui laisse quiconque joint le bus y publier."
            )
        return self


def _exiger_des_cles(jwks: bytes) -> None:
    """Lève `ValueError` si ce n'est pas un jeu de clés qui vérifient."""
    # Un rôle qui ne lit ni jeton ni fichier de clés n'a que faire de la cryptographie.
    from socle.cles import qui_verifient  # noqa: PLC0415

    qui_verifient(jwks)


def _hote(adresse: str) -> str | None:
    """L'hôte d'une adresse, s'il s'y lit."""
    try:
        return urlsplit(adresse).hostname
    except ValueError:
        return None


def variables(modele: type[BaseModel], prefixe: str = PREFIXE) -> Iterator[str]:
    """Les variables d'environnement que lit une classe de réglages."""
    for nom, champ in modele.model_fields.items():
        variable = f"{prefixe}{nom.upper()}"
        yield variable
        for genre in (champ.annotation, *get_args(champ.annotation)):
            if isinstance(genre, type) and issubclass(genre, BaseModel):
                yield from variables(genre, f"{variable}__")


def variables_inconnues(
    modele: type[BaseModel], environnement: Iterable[str]
) -> list[tuple[str, str | None]]:
    """Les `SBG_…` que nul réglage ne lit, et le réglage qui leur ressemble."""
    connues = {nom.removeprefix(PREFIXE) for nom in (*variables(modele), DOSSIER_SECRETS)}
    inconnues = []
    for nom in sorted(environnement):
        court = nom.upper().removeprefix(PREFIXE)
        if nom.upper().startswith(PREFIXE) and court not in connues:
            proche = next(iter(get_close_matches(court, connues, 1)), None)
            inconnues.append((nom, proche and PREFIXE + proche))
    return inconnues
