"""From the store to the page: the hub publishes frames, a consumer passes them on to each viewer's WebSocket."""
