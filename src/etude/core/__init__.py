"""What every floor above stands on: session, errors, clock, logging, caching. No routes, no tables."""
