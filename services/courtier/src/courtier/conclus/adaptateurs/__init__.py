"""Comment la liste des contrats conclus se garde et se lit."""
