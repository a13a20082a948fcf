"""Components that run inside Rasa: understanding, tracker window, channel. Imports nothing of ours but rating."""
