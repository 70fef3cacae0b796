"""Les rapports sur PostgreSQL, en page et sur papier."""
