"""Runs recorded week by week for the page."""
