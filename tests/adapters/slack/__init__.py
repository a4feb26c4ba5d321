"""Kudos in Slack."""
