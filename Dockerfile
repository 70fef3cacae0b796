# Une recette pour les cinq services : docker build --build-arg SERVICE=demandes -t sbg-demandes .
# Tout vient des verrous; les paquets du dépôt s'installent sans rien télécharger.
#
# La base se fixe par son empreinte quand on bâtit, celle que donne votre registre :
#   --build-arg BASE=python:3.13-slim@sha256:…
ARG BASE=python:3.13-slim

FROM ${BASE} AS construction
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /sbg
RUN python -m venv .venv
COPY requirements/ requirements/
RUN for verrou in services construction; do \
        .venv/bin/pip install --no-deps --require-hashes --only-binary :all: \
            --requirement requirements/$verrou.lock || exit 1; \
    done
RUN python -m venv .nomenclature \
    && .nomenclature/bin/pip install --no-deps --require-hashes --only-binary :all: \
            --requirement requirements/nomenclature.lock
COPY libs/ libs/
ARG SERVICE
COPY services/${SERVICE}/ services/${SERVICE}/
RUN .venv/bin/pip install --no-deps --no-build-isolation \
        -e libs/noyau -e libs/pages -e libs/socle -e libs/contrats -e libs/calendrier -e services/${SERVICE}
# Ce qui a servi à construire n'est pas dans le résultat, pip compris; ce qui reste se nomme (CycloneDX),
# puis ce qui l'a nommé s'en va; le tout est compilé d'avance, puisque rien ne s'y écrira.
RUN .venv/bin/pip uninstall --yes --quiet \
        editables hatchling pathspec pluggy setuptools tomlkit trove-classifiers pip \
    && .nomenclature/bin/cyclonedx-py environment --output-reproducible \
        --pyproject services/${SERVICE}/pyproject.toml --output-file sbom.json .venv/bin/python \
    && rm -rf .nomenclature requirements .venv/bin/activate* .venv/bin/pip* .venv/bin/Activate.ps1 \
    && .venv/bin/python -m compileall -q --invalidation-mode unchecked-hash libs services

FROM ${BASE}
ARG SERVICE
LABEL org.opencontainers.image.title="sbg-${SERVICE}" ca.qc.gouv.mcn.sbg.sbom="/sbg/sbom.json"
RUN useradd --system --uid 10001 --no-create-home sbg \
    && python -m pip uninstall --yes --quiet --root-user-action=ignore pip \
    && rm -rf /usr/local/lib/python3*/ensurepip
COPY --from=construction /sbg /sbg
WORKDIR /sbg
USER 10001:10001
ENV PATH=/sbg/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SBG_HTTP__HOTE=0.0.0.0
# docker run --read-only --tmpfs /tmp --cap-drop ALL sbg-demandes demandes api
ENTRYPOINT ["python", "-m"]
