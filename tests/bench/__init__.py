"""How fast Kudos is, and how small: `make bench`. Never a timed test: machines differ, ratios travel."""
