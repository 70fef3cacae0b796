"""Ce que la comptabilité lit des documents."""
