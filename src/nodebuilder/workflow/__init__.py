"""The document: what a `*.flow.json` says, how it is read and written, and what is wrong with it."""
