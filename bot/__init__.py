"""The conversational side: engine components (Rasa, Python 3.10) and actions (rasa-sdk, current Python)."""
