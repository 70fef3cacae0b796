"""Le bus tel qu'on le parle : enveloppes CloudEvents, clients Kafka."""
