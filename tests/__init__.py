"""What Kudos must show, as claims. The tree mirrors the program; `doubles` stand in for the platforms."""
