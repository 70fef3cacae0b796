"""Ce que l'ITSM annonce, et ce qui en dure."""
