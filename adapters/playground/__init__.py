"""A made-up workspace in the browser, for trying everything on one machine: the same core, no chat platform."""
