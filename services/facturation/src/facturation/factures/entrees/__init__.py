"""Qui appelle les factures."""
