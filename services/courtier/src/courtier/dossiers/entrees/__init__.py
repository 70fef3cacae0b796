"""Les routes des dossiers d'acquisition, leurs corps, qui les ouvre."""
