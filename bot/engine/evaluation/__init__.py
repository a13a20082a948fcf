"""How well the engine understands, measured on utterances that others wrote. It changes nothing that it measures."""
