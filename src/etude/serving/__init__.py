"""What `etude serve` does: the first start, the addresses it prints, and the processes it looks after."""
