"""The adapters: real HTTP, real signatures, a real database, and doubles of the platforms."""
