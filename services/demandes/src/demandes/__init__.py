"""Le service des demandes : organismes, demandes, parc, soutien étendu, échanges avec l'ITSM."""
