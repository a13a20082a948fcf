"""The JSON interfaces: the message webhook, the quote API and what a supervisor asks."""
