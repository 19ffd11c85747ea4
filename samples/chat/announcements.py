"""The chat's consumer once more, in a room of its own where one speaks and many listen."""

from samples.chat.consumers import Chat


class Announcements(Chat):
    """What one says goes to everyone in the room, through the channel layer: in memory, or through Redis."""

    groups = ("announcements",)
