"""Qui appelle le service : le bus et HTTP."""
