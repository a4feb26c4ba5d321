"""Doubles of the platforms, as strict as the platforms themselves.

The doubles of Slack (`slack*`, `blockkit*`, `pings`) import nothing of the program under test: what they accept is
what Slack's documentation says, not what we happen to send.
"""
