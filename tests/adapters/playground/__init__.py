"""The playground, over HTTP."""
