"""La copie sur PostgreSQL."""
