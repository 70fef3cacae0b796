"""Ce que le bord compte, et ce qui attend une personne."""
