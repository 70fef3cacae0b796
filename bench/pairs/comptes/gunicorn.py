"""Les réglages de gunicorn : un processus, comme le produit, et quatre fils.

Deux ou huit en servent moins par seconde sur deux cœurs. Une ligne de journal par appel, comme le
produit; ni histogramme, ni trace, que le produit tient aussi.
"""

import os

wsgi_app = "bench.pairs.comptes.wsgi"
bind = f"127.0.0.1:{os.environ['SBG_HTTP__PORT']}"
workers = 1
threads = 4
keepalive = 60
accesslog = "-"
loglevel = "warning"
