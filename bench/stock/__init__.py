"""The stock Rasa project that the benchmark compares with; runs in the engine's environment only."""
