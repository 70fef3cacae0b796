"""Comment on atteint la base et les abonnés."""
