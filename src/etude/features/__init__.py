"""One folder per feature: routes, forms, services, templates. Features never import each other."""
