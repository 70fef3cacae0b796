"""Les comptes du témoin, servis par Django REST Framework sur les mêmes tables."""
