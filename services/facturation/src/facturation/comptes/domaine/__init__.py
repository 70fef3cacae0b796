"""Les règles des comptes : règlements, soldes, états de compte, exports."""
