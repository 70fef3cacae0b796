"""Les saisies et les décisions : leurs routes et leurs formes."""
