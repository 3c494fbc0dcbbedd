"""Tasks beside naming a class: forecasts, events that become words, signals with gaps."""
