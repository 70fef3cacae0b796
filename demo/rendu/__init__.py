"""Les résultats dessinés : au terminal et en une page."""
