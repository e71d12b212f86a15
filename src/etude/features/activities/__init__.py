"""The activity page and what happens on it: drafts, runs, hints, handing in, results, live updates."""
