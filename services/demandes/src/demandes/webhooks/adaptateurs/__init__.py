"""Comment on garde les abonnés et leurs envois, et comment on les atteint."""
