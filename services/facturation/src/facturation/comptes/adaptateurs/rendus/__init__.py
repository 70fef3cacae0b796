"""Les comptes tels qu'on les lit : pages et rangées de tableur."""
