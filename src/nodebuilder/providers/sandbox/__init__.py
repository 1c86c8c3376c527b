"""The sandbox: an offline provider that speaks OpenAI's API over real HTTP, draws by itself and costs nothing."""
