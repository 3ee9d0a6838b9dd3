"""Visualisation: recorded runs, the app in the browser, and its server. Imports run viz -> experiments -> model."""
