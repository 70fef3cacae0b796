"""Les bases des schémas d'entrée et de sortie."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from socle.web.formes import resserrer

T = TypeVar("T")


class Entree(BaseModel):
    """Un corps reçu : rien ne s'y devine, champ inconnu refusé, textes bornés et sans blanc."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, str_max_length=4_000
    )

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema = handler(source)
        resserrer(handler.resolve_ref_schema(schema))
        return schema


class Sortie(BaseModel):
    """Un corps rendu; s'il a un champ `version`, l'ETag la porte."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Liste(Sortie, Generic[T]):
    """Une page de liste; `suivant` est le curseur de la page suivante, s'il y en a une."""

    elements: list[T]
    suivant: str | None = None


class FauteChamp(BaseModel):
    """Ce qu'on reproche à un champ."""

    champ: str
    faute: str


class ProblemeOut(BaseModel):
    """Un document de problème (RFC 9457), en français."""

    type: str
    title: str
    status: int
    detail: str
    regle: str | None = None
    details: dict[str, object] | None = None
    fautes: list[FauteChamp] | None = None
