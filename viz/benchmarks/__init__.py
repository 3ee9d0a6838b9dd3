"""Speed of the app, and pictures of it."""
