"""Les exclusions et les contestations sur PostgreSQL, et ce qu'elles publient."""
