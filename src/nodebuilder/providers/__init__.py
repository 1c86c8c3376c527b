"""Services that are called and may cost money: one Protocol per ability, its adapters, the prices, and the sandbox."""
