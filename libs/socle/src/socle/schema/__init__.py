"""La base d'un service : ses rôles, ses migrations, sa sécurité par ligne."""
