"""Ce qu'une personne lit d'un service : son OpenAPI en pages, et ses types de problème."""

from socle.web.documentation.routes import routes_documentation

__all__ = ["routes_documentation"]
