"""The app's server."""
