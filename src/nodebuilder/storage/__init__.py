"""What is kept: a database of runs, receipts, workflows and secrets, and files beside it; `store.Store` opens it."""
