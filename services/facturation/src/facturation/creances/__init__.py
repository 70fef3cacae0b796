"""Les faits reçus, les abonnements et les créances qu'ils font, ce qui attend un montant."""
