"""La disponibilité des services : ce qui les interrompt, et ce qu'il en reste au mois (SLA-5)."""
