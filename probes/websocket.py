"""Observes one WebSocket: its handshake, its session and the messages in both directions.

The counterpart of `asgi.ObservedRequest`. The client's trace goes on in `server`, `handshake` and `session`; each
message begins a trace of its own (`messages`), since a session may last for hours.
"""

from . import attributes
from .asgi_call import ObservedCall, describe_message, is_cancellation
from .failsafe import harmless
from .messages import Messages
from .recording import NO_STAGE, RequestRecord, Stage
from .request import finish_request
from .response import NOT_COMPLETED, NOT_STARTED, is_departure
from .stage_kinds import StageKind
from .stages import open_stage
from .types import Message, Receive, Scope, Send, Value

HANDSHAKE = StageKind("handshake")
SESSION = StageKind("session")

SWITCHING_PROTOCOLS = 101
FORBIDDEN = 403
"""What a server answers when the application closes instead of accepting (ASGI specification, WebSocket)."""
NORMAL_CLOSURE = 1000
NO_STATUS_RECEIVED = 1005

CLIENT, APPLICATION = "client", "application"


class ObservedSocket(ObservedCall):
    """One WebSocket on its way through the application; owns everything known about it."""

    __slots__ = ("_ended", "handshake", "messages", "session", "status")

    def __init__(self, record: RequestRecord, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(record, scope, receive, send)
        record.server.set(attributes.PROTOCOL_NAME, "websocket")
        self.handshake = NO_STAGE
        self.session = NO_STAGE
        self.messages = Messages(record.request_token)
        self.status: int | None = None
        self._ended = False

    async def receive(self) -> Message:
        """Stand in for the server's ``receive``: an application that asks again has handled what came before."""
        __traceback_hide__ = True
        self.messages.end_handling()
        event = self.log.begin("receive")
        try:
            message = await self._receive()
        except BaseException:
            event.end()
            raise
        self.log.end(event, *describe_message(message))
        self._note_received(message)
        return message

    async def send(self, message: Message) -> None:
        """Stand in for the server's ``send``: the time it takes is the client's and the network's."""
        __traceback_hide__ = True
        sent = self._note_sending(message)
        event = self.log.begin(*describe_message(message))
        try:
            await self._send(message)
        except BaseException as error:
            event.end()
            sent.close(error)
            self._note_send_failed(error)
            raise
        self.log.end(event)
        sent.close()
        self._note_sent(message)

    @harmless(None)
    def finish(self, error: BaseException | None) -> None:
        """Close the socket's stages; once, later calls do nothing."""
        if error is None:
            self._note_unanswered()
        elif self.record.answered and is_cancellation(error):
            error = None  # servers cancel what goes on after a refusal or a goodbye
        self.handshake.close(error)
        self._end_session(None, error)
        self.record.overhead_ns += self.messages.record.overhead_ns
        finish_request(self.record, self.status, error)

    @harmless(None)
    def _note_received(self, message: Message) -> None:
        kind = message["type"]
        if kind == "websocket.connect":
            self.handshake = open_stage(HANDSHAKE, HANDSHAKE.name, parent=self.record.server)
        elif kind == "websocket.receive":
            self.messages.begin_handling(message)
        elif kind == "websocket.disconnect":
            self._note_disconnect(message)

    @harmless(None)
    def _note_send_failed(self, error: BaseException) -> None:
        if is_cancellation(error):
            return
        if not is_departure(error):
            self.record.server.note_error(error)
        elif self.status is None:
            self._note_disconnect({})

    def _note_unanswered(self) -> None:
        server = self.record.server
        if server.failure is not None or self.record.answered:
            return
        if self.status is None:
            self.handshake.fail(NOT_STARTED)
            server.fail(NOT_STARTED)
        elif self.status != SWITCHING_PROTOCOLS:
            self.handshake.fail(NOT_COMPLETED)
            server.fail(NOT_COMPLETED)

    def _note_disconnect(self, message: Message) -> None:
        self.record.answered = True
        if self.status is None:
            self.record.server.mark_client_left()
            self.handshake.fail("client_disconnected")
            self.handshake.close()
        self._end_session(_describe_closing(CLIENT, message, NO_STATUS_RECEIVED))

    @harmless(NO_STAGE)
    def _note_sending(self, message: Message) -> Stage:
        return self.messages.open_sent(message) if message["type"] == "websocket.send" else NO_STAGE

    @harmless(None)
    def _note_sent(self, message: Message) -> None:
        kind = message["type"]
        if kind == "websocket.accept":
            self._note_accept()
        elif kind == "websocket.close":
            self._note_close(message)
        elif kind == "websocket.http.response.start":
            self.record.asked = None
            self._note_status(int(message["status"]))
        elif kind == "websocket.http.response.body" and not message.get("more_body", False):
            self.record.answered = True
            self.handshake.close()

    def _note_accept(self) -> None:
        self.record.asked = None
        self._note_status(SWITCHING_PROTOCOLS)
        self.handshake.close()
        self.session = open_stage(SESSION, SESSION.name, parent=self.record.server)
        if self.session.recording:
            # What the application does from now on, it does inside the session.
            self.record.server.inner_id = self.session.span_id
        self.messages.link_to(self.session)

    def _note_status(self, status: int) -> None:
        self.status = status
        self.record.server.set(attributes.STATUS, status)

    def _note_close(self, message: Message) -> None:
        closing = _describe_closing(APPLICATION, message, NORMAL_CLOSURE)
        if self.status is None:
            self.record.asked = None
            self._note_status(FORBIDDEN)
            self.record.server.update(closing)  # the client gets a 403 only; what the application meant stands here
        self.record.answered = True
        self.handshake.close()
        self._end_session(closing)

    @harmless(None)
    def _end_session(self, closing: dict[str, Value] | None, error: BaseException | None = None) -> None:
        """Close the session with its summary: once, the first reason counts."""
        if self._ended or self.status != SWITCHING_PROTOCOLS:
            return
        self._ended = True
        self.messages.end_handling()
        described = self.session if self.session.recording else self.record.server
        described.update({**self.messages.summarize(), **(closing or {})})
        self.session.close(error)


def _describe_closing(by: str, message: Message, default: int) -> dict[str, Value]:
    """Return who ended the session, how and why (close codes: RFC 6455, 7.4)."""
    described: dict[str, Value] = {
        attributes.SESSION_CLOSED_BY: by,
        attributes.SESSION_CODE: int(message.get("code") or default),
    }
    if reason := message.get("reason"):
        described[attributes.SESSION_REASON] = str(reason)
    return described
