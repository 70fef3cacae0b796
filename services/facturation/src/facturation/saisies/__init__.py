"""Ce que la facturation décide d'office : des montants saisis, des ajustements (FAC-13)."""
