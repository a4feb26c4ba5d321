"""Kudos in Microsoft Teams."""
