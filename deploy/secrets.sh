#!/usr/bin/env bash
# Écrit .env, lu par docker compose : un secret neuf par rôle; et, sous .secrets, le certificat de
# l'émetteur, signé de lui-même. Ne touche jamais un .env déjà là.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[[ ! -e .env ]] || { echo ".env existe déjà : retirez-le d'abord pour changer tous les secrets." >&2; exit 1; }

command -v openssl >/dev/null || { echo "openssl est requis, pour le certificat de l'émetteur." >&2; exit 1; }

hasard() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

umask 077
{
    for service in CATALOGUE DEMANDES FACTURATION SLA COURTIER; do
        for role in MIGRER API INTERNE; do
            echo "SBG_MDP_${service}_${role}=$(hasard)"
        done
        echo "SBG_MDP_BUS_${service}=$(hasard)"
    done
    for nom in POSTGRES GRAFANA KEYCLOAK BUS_ADMINISTRATEUR BUS_MIGRATION A_TREMBLAY B_GAGNON; do
        echo "SBG_MDP_${nom}=$(hasard)"
    done
    for client in PORTAIL ITSM INTEGRATION; do
        echo "SBG_SECRET_${client}=$(hasard)"
    done
    echo "SBG_ITSM_SECRETS=whsec_$(head -c 32 /dev/urandom | base64 -w 0)"
    echo "SBG_WEBHOOKS_CLES=premiere:$(head -c 32 /dev/urandom | base64 -w 0)"
} > .env.neuf

# Le dossier est à vous seul; ses fichiers se lisent, une fois montés, par l'usager d'un conteneur.
mkdir -p .secrets
openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 365 \
    -subj /CN=keycloak -addext "subjectAltName=DNS:keycloak,DNS:localhost,IP:127.0.0.1" \
    -addext "keyUsage=critical,digitalSignature,keyCertSign" \
    -keyout .secrets/keycloak.key -out .secrets/keycloak.pem 2>/dev/null
chmod 644 .secrets/keycloak.pem .secrets/keycloak.key

# En dernier : sans .env, tout se refait.
mv .env.neuf .env
echo ".env et .secrets sont écrits, lisibles de vous seul."
