"""What surrounds every page: the request's id and account, language, errors, headers, and what templates can use."""
