"""From the store to the screen: the hub publishes frames, a consumer hands them to each viewer's WebSocket."""
