"""Ce que chaque organisme a réglé, ce qu'il doit encore, et ce que la comptabilité en reprend."""
