"""Ce que disent les simulations, en page et en CSV."""
