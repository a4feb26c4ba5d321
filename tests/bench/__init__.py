"""How fast Kudos is, and how small: `make bench`. How sound in bad weather, and among many: `make storm`, `make force`.

Never a timed test: machines differ, ratios travel.
"""
