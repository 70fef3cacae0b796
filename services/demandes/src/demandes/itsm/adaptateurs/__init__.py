"""Comment on garde les actes de l'ITSM."""
