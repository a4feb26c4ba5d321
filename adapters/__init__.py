"""Where Kudos meets the outside: chat platforms, the web, the command line."""
