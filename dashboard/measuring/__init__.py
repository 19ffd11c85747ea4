"""The queue of measurements that the comparison and the race share."""
