"""Comment un service parle à sa base."""
