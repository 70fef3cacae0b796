"""Qui nous appelle : les routes, l'ITSM, le bus, les travaux périodiques."""
