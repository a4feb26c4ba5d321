"""How well questions are understood and kudos are placed: `make eval`."""
