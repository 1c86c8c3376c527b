"""The HTTP server: a guard before everything, the API, live events, kept files and the editor."""
