"""Les créances : leurs routes, leurs écoutes, leur revue."""
