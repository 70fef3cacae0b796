"""Les réglages de Django, pris à l'environnement même d'un rôle du produit."""

import os
from urllib.parse import urlsplit

_BASE = urlsplit(os.environ["SBG_BASE__API"])

SECRET_KEY = "rien-n-est-signe-ici"  # noqa: S105 -- ni session, ni témoin de connexion
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
USE_I18N = False
APPEND_SLASH = False
ROOT_URLCONF = "bench.pairs.comptes.urls"
INSTALLED_APPS = ["rest_framework", "bench.pairs.comptes"]
MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "bench.pairs.comptes.middleware.EnTetes",
]
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = None
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _BASE.hostname,
        "PORT": _BASE.port,
        "NAME": _BASE.path.lstrip("/"),
        "USER": _BASE.username,
        "PASSWORD": _BASE.password,
        # Chaque fil garde sa connexion, où les instructions se préparent, comme chez le produit.
        "CONN_MAX_AGE": None,
        "OPTIONS": {"server_side_binding": True},
    }
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["bench.pairs.comptes.authentication.Jeton"],
    "DEFAULT_PERMISSION_CLASSES": ["bench.pairs.comptes.authentication.Membre"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "bench.pairs.comptes.exceptions.en_probleme",
    "UNAUTHENTICATED_USER": None,
}
EMETTEUR = os.environ["SBG_IDENTITE__EMETTEUR"]
AUDIENCE = os.environ["SBG_IDENTITE__AUDIENCE"]
JWKS = os.environ["SBG_IDENTITE__JWKS"]
SUJET = "sbg.temoin.v1"
