"""Tasks beside naming a class: forecasts, events as words, signals with gaps, simulated visits."""
