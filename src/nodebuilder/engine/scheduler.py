"""Moves one run: who fires next, what goes where, and when nothing is left to do.

Nodes that may fire stand in one line. A *dispatcher*, at most one at a time, takes them from it and makes the first
step of each in its own task. A node that finishes at once costs no task. One that waits keeps the dispatcher's task
for itself, and a new dispatcher goes on when there is more to do; when the node is done, its task becomes the
dispatcher again unless there is one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from contextvars import copy_context
from functools import partial
from time import perf_counter
from typing import Any, Final

from nodebuilder.engine.body import arguments, open_body
from nodebuilder.engine.calls import NO_ANSWER, PendingCall, is_result
from nodebuilder.engine.circles import never_fired
from nodebuilder.engine.firing import Firing, Scope
from nodebuilder.engine.outputs import crashed, of_node, of_slot, shown, split
from nodebuilder.engine.plan import Form, Plan
from nodebuilder.engine.rounds import Rounds, first_states
from nodebuilder.engine.stage import RunStage
from nodebuilder.engine.state import Flight, Lane, NodeState
from nodebuilder.engine.stepping import Suspended
from nodebuilder.errors import NodeBuilderError
from nodebuilder.events import NodeFinished, NodeFired, NodeLogged, OutputSent, RunFinished, RunStatus
from nodebuilder.values import SKIP

log: Final = logging.getLogger(__name__)
STOPPED: Final = "It was stopped: nobody waits for it any more."
SLICE: Final = 0.005
"""Seconds after which a dispatcher lets others have their turn."""


class Scheduler:
    """One run from its first firing to its last event."""

    def __init__(self, plan: Plan, scope: Scope) -> None:
        self.firings = 0
        self.finished: asyncio.Future[RunFinished] = asyncio.get_running_loop().create_future()
        self._plan = plan
        self._scope = scope
        self._tell = scope.recorder.tell
        self._most = scope.limits.firings_per_node
        self._states = first_states(plan, scope.services.providers)
        self._line: deque[NodeState] = deque()
        self._suspended: dict[asyncio.Task[Any], tuple[NodeState, Flight]] = {}
        self._calls_tools = plan.calls_tools
        self._tasks: set[asyncio.Task[None]] = set()
        self._unborn: asyncio.Task[None] | None = None
        self._dispatching = False
        self._stopped = False
        self._cancelled = False
        self._began = perf_counter()
        self._timers: list[asyncio.TimerHandle] = []
        self._rounds = Rounds(plan, self)
        self._stage = RunStage(self, scope, self._rounds)

    # ---- beginning and end ----

    def offer(self, node: int, index: int, value: Any) -> None:
        """Put a value at an input before the run begins."""
        self._states[node].inbox.put(index, value)

    def begin(self) -> None:
        """Start the run; `finished` gets its last event."""
        self._later(self._scope.limits.run_seconds, self._out_of_time)
        for index in self._plan.starts:
            self._ask(self._states[index])
        self.go_on()

    def cancel(self) -> None:
        """End the run: every node that waits is cancelled, and none fires any more."""
        if not self._stopped:
            self._cancelled = True
            self._stop()

    def _stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        for task in list(self._suspended):
            task.cancel()
        self._later(self._scope.limits.cancel_seconds, self._finish)
        asyncio.get_running_loop().call_soon(self._finish_if_idle)

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(seconds, act))

    def _finish_if_idle(self) -> None:
        if self._dispatching or not (self._stopped or not self._line):
            return
        if not self._suspended:
            self._finish()
        elif all(flight.awaiting for _, flight in self._suspended.values()) and not self._rounds.settle():
            self._scope.calls.abandon()  # everybody waits for a tool, and none is at work

    def _finish(self) -> None:
        if self.finished.done():
            return
        for timer in self._timers:
            timer.cancel()
        self._check_start()
        recorder, states = self._scope.recorder, self._states
        status: RunStatus = "cancelled" if self._cancelled else "failed" if recorder.errors else "succeeded"
        event = recorder.finish(
            status,
            outputs={state.node.id: state.outputs for state in states if state.outputs is not None},
            waiting=() if self._stopped else self._rounds.waiting(states),
            firings=self.firings,
            seconds=perf_counter() - self._began,
        )
        self._stopped = True
        self.finished.set_result(event)

    def _check_start(self) -> None:
        """A run whose start node never fired has failed, and says why."""
        begun = self._stopped or self._plan.start is None or self._scope.recorder.errors
        if not begun and (start := self._states[self._plan.starts[0]]).number == 0:
            self._scope.recorder.failure(start.node.id, 0, never_fired(start, self._states), 0.0)

    def _out_of_time(self) -> None:
        error, now, tell = self._scope.limits.too_long(), perf_counter(), self._scope.recorder.failure
        for state, flight in self._suspended.values():
            tell(state.node.id, flight.number, error, now - flight.started)
        if not self._suspended and self._line:
            tell(self._line[0].node.id, self._line[0].number, error, 0.0)
        self._stop()

    # ---- dispatching ----

    def _wake(self) -> None:
        if not self._line or self._dispatching or self._stopped:
            return
        self._dispatching = True
        task = asyncio.get_running_loop().create_task(self._dispatch())
        self._tasks.add(task)
        self._unborn = task
        task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task is self._unborn:  # cancelled before its first step, which happens when the loop is closed
            self._dispatching = False
            self.cancel()

    async def _dispatch(self) -> None:
        """Be the dispatcher until the line is empty, or someone else is the dispatcher."""
        self._unborn = None
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - what create_task runs always has a task
        try:
            while waits := await self._clear_line(task):
                await self._accompany(task, *waits)
                if self._dispatching or not self._line:
                    return
                self._dispatching = True
        finally:
            self._finish_if_idle()

    async def _clear_line(self, task: asyncio.Task[Any]) -> tuple[NodeState, Flight, Suspended] | None:
        """Fire what stands in line until a node waits (it is returned), or none is left."""
        line, now = self._line, perf_counter
        turn_ends = now() + SLICE
        try:
            while line and not self._stopped:
                state = line.popleft()
                waits = self._fire(state)
                if waits is not None:
                    return waits
                if state.lane is not None:
                    self._rounds.leave(state.lane)
                if task.cancelling():  # a node cancelled its own task: it goes, and another one dispatches
                    break
                if now() > turn_ends:
                    await asyncio.sleep(0)
                    turn_ends = now() + SLICE
        except asyncio.CancelledError:
            self.cancel()
            raise
        finally:
            self._dispatching = False
        self._wake()
        return None

    async def _accompany(self, task: asyncio.Task[Any], state: NodeState, flight: Flight, body: Suspended) -> None:
        """Make the other steps of a firing that waits."""
        self._suspended[task] = (state, flight)
        if self._stopped:
            task.cancel()
        if state.node.called_at >= 0:
            self._take_off(task, state, flight)
        self._wake()
        failure: BaseException | None = None
        returned: Any = None
        try:
            returned = await body
        except BaseException as error:  # noqa: BLE001 - a node may raise anything
            failure = of_node(error, KeyboardInterrupt, GeneratorExit)  # as it is thrown into tasks that are taken down
        del self._suspended[task]
        if state.node.called_at >= 0:
            state.flying -= 1
            state.answering -= flight.answers
            if flight.call is not None:
                flight.call.stop = None  # this task works for others from now on
        if failure is None:
            self._completed(state, flight, returned)
        elif isinstance(failure, asyncio.CancelledError) and task.cancelling():
            if self._stopped or not flight.stopped:
                self.cancel()
                raise failure
            task.uncancel()
            self._failed(state, flight, failure)
        else:
            self._failed(state, flight, failure)
        if state.lane is not None:
            self._rounds.leave(state.lane)

    def _take_off(self, task: asyncio.Task[Any], state: NodeState, flight: Flight) -> None:
        """Let a node that may be called begin its next firing while this one waits."""
        flight.aloft = True
        state.flying += 1
        state.answering += flight.answers
        state.busy = False
        if flight.call is not None:
            flight.call.stop = partial(_end, task, flight)
        self.look(state)

    # ---- firing ----

    def _fire(self, state: NodeState) -> tuple[NodeState, Flight, Suspended] | None:
        """Begin a firing and end it if it does not wait; return it if it does."""
        if state.number >= self._most:
            self._too_often(state)
            return None
        node = state.node
        taken = self._depart(state)
        if taken is None:
            return None
        flight, values, fresh = taken
        try:
            given = arguments(node, state.fixed, values, state.lacking)
            if node.context is not None:
                given[node.context] = Firing(self._scope, state, flight, fresh, self._stage)
            context = copy_context()
            if node.form is Form.DIRECT and not node.ask:
                returned = context.run(node.type.call, **given)
            else:
                body = self._body(state, flight, given, values)
                if node.type.needs:
                    context.run(self._scope.desk.seat, node.id, state.place, flight.purse)
                try:
                    yielded = context.run(body.send, None)
                except StopIteration as stop:
                    returned = stop.value
                else:
                    return state, flight, Suspended(body, context, yielded)
        except BaseException as error:  # noqa: BLE001 - a node may raise anything
            self._failed(state, flight, of_node(error, KeyboardInterrupt))
        else:
            self._completed(state, flight, returned)
        return None

    def _depart(self, state: NodeState) -> tuple[Flight, dict[int, Any], list[int]] | None:
        """Take the values of a firing; None when the node failed in line, or it is a call that was given up."""
        node = state.node
        if state.failed:
            return None
        values, fresh = state.inbox.take()
        call = None
        if node.called_at < 0:
            state.asked = False
        else:
            state.asked = state.asked and node.called_at in fresh  # the answer to a call is not what was asked for
            call = self._scope.calls.of(values.get(node.called_at))
            if call is not None and not call.open:
                state.busy = False
                self.look(state)
                return None
        state.number += 1
        self.firings += 1
        flight = Flight(state.number, perf_counter(), not node.loose or node.loose.isdisjoint(fresh))
        if state.lane is not None:
            state.origin.number = flight.number = state.origin.number + 1
            flight.purse = state.lane.purse
        if call is not None:
            flight.work_on(call)
        self._tell(NodeFired, node.id, flight.number)
        return flight, values, fresh

    def _body(
        self, state: NodeState, flight: Flight, given: dict[str, Any], values: Mapping[int, Any]
    ) -> Coroutine[Any, Any, Any]:
        node, scope = state.node, self._scope
        if node.type.generator:
            state.outputs = {}
        if node.form is Form.ASYNC:
            body: Coroutine[Any, Any, Any] = node.type.call(**given)
        else:
            body = open_body(node, given, scope.services.keys, scope.recorder, partial(self._yielded, state, flight))
        if node.ask and node.called_at in values:
            return scope.approvals.before(node, flight, values[node.called_at], body)
        return body

    def _yielded(self, state: NodeState, flight: Flight, value: Any) -> None:
        if not self._stopped:
            self.push(state, flight, split(state.node, value))

    def push(self, state: NodeState, flight: Flight, outputs: Mapping[str, Any]) -> None:
        """Send outputs of a firing that goes on."""
        if not self._stopped:
            state.outputs = {**(state.outputs or {}), **shown(outputs, state.node.slots)}
            self.send(state, flight.number, outputs, flight.call)
            self._wake()

    def _completed(self, state: NodeState, flight: Flight, returned: Any) -> None:
        if self._stopped:
            return
        node, call = state.node, flight.call
        outputs: Mapping[str, Any] = {}
        if not node.type.generator:
            try:
                outputs = split(node, returned) if node.slots else node.type.split_outputs(returned)
            except Exception as error:  # noqa: BLE001 - a node type may be anyone's
                self._failed(state, flight, error)
                return
            if outputs or state.outputs is None:
                state.outputs = shown(outputs, node.slots) if node.slots else outputs
        state.answered = state.answered or flight.answers
        if flight.waits is not None:
            state.inbox.wait_for(*flight.waits)
        if outputs:
            self.send(state, flight.number, outputs, call)
        if call is not None and call.straight:
            call.fail(NO_ANSWER)  # unless it has one
        if not flight.reported:
            self._tell(NodeFinished, node.id, flight.number, perf_counter() - flight.started, flight.reused)
        self._go_on(state, flight)

    def _go_on(self, state: NodeState, flight: Flight) -> None:
        """Look at a node again after a firing."""
        state.busy = state.busy and flight.aloft
        if state.inbox.outstanding:
            state.inbox.held = True
        else:
            self.look(state)
        if self._scope.desk.broken is not None:
            self._stop()

    def _failed(self, state: NodeState, flight: Flight, error: BaseException) -> None:
        node = state.node
        told = error if isinstance(error, NodeBuilderError) else crashed(node, error)
        log.debug("Node %s of run %s failed.", node.id, self._scope.run_id, exc_info=error)
        if flight.call is not None and self._scope.desk.broken is None:
            self._not_answered(state, flight, told)
            return
        if flight.stopped:
            self._told_stopped(state, flight, STOPPED)
            return
        self._stage.failure(state, flight, told)
        state.failed = True
        state.busy = False
        self._scope.calls.refuse(state.inbox.unused_at(node.called_at))
        if self._scope.desk.broken is not None:
            self._stop()

    def _not_answered(self, state: NodeState, flight: Flight, error: NodeBuilderError) -> None:
        """Tell the model of a call that its tool failed; the node goes on with the next call."""
        call = flight.call
        if call is not None and not self._stopped:
            call.fail(f"{error.message} {error.remedy}".strip())
            self._told_stopped(state, flight, STOPPED if flight.stopped else error.message)

    def _told_stopped(self, state: NodeState, flight: Flight, said: str) -> None:
        """Tell of a firing that gave nothing, which is no failure of the run."""
        self._tell(NodeLogged, state.node.id, flight.number, "error", said)
        self._tell(NodeFinished, state.node.id, flight.number, perf_counter() - flight.started, False)
        self._go_on(state, flight)

    def _too_often(self, state: NodeState) -> None:
        self._scope.recorder.failure(state.node.id, state.number, self._scope.limits.too_often(state.node.title), 0.0)
        state.failed = True
        self._stop()

    # ---- values on their way ----

    def send(self, state: NodeState, number: int, outputs: Mapping[str, Any], call: PendingCall | None = None) -> None:
        """Put outputs into the inboxes at the other ends of their links; then look at each of those nodes once.

        `call` is what the firing worked on: the results of calls go to whoever awaits them.
        """
        node, states = state.node, state.peers
        self._tell(OutputSent, node.id, number, shown(outputs, node.slots) if node.slots else outputs)
        if call is not None:
            self._scope.calls.bring_home(call, outputs.get("output"))
        reached: dict[int, None] = {}
        calls_tools, routes_of = self._calls_tools, node.routes
        for name, value in outputs.items():
            for target, index in routes_of.get(name, ()):
                if calls_tools:
                    self.put(target, index, value, reached, state, call)
                else:
                    states[target].inbox.put(index, value)
                    reached[target] = None
        for name, slots in node.slots.items():
            items = outputs.get(name, ())
            for slot, routes in slots.items():
                item = of_slot(items, slot)
                for target, index in routes if item is not SKIP else ():
                    self.put(target, index, item, reached, state, call)
        look = self.look
        for target in reached:
            look(states[target])

    def put(
        self,
        target: int,
        index: int,
        value: Any,
        reached: dict[int, None],
        sender: NodeState,
        working_on: PendingCall | None = None,
    ) -> None:
        """Put a value at an input, and note the node; `working_on` is the call that the sender answers, if any."""
        state = sender.peers[target]
        if self._calls_tools and state.node.inputs[index].tools and (working_on is not None or is_result(value)):
            call = self._scope.calls.answered_by(value)
            foreign = working_on is None and sender.node.called_at >= 0  # the result of a call that no model made
            if call is not None and call.caller == target and is_result(value) and not foreign:
                call.give(value)
            return
        state.inbox.put(index, value)
        reached[target] = None
        if state.failed and index == state.node.called_at:
            self._scope.calls.refuse((value,))

    # ---- who fires next ----

    def go_on(self) -> None:
        """Fire what stands in line; end the run if nothing is left to do."""
        self._wake()
        asyncio.get_running_loop().call_soon(self._finish_if_idle)

    def stop_firings(self, lane: Lane) -> None:
        """End the firings of a round that are under way."""
        for task, (state, flight) in list(self._suspended.items()):
            if state.lane is lane:
                _end(task, flight)

    def _ask(self, state: NodeState) -> None:
        state.asked = True
        self.look(state)

    def look(self, state: NodeState) -> None:
        """Put the node in line if it has a reason to fire and all that it waits for."""
        if state.busy or state.failed or state.flying >= self._scope.limits.calls_at_once:
            for heir in state.heirs or ():
                if heir.triggered or heir.heirs:
                    self.look(heir)
            return
        if not state.triggered:
            self._pull(state)
        inbox = state.inbox
        if inbox.outstanding:
            inbox.held = True
        elif state.asked or inbox.reasons or inbox.queued:
            state.busy = True
            self._line.append(state)
            if state.lane is not None:
                state.lane.active += 1

    def _pull(self, state: NodeState) -> None:
        """At its first trigger, ask the sources of the node's pulled inputs for a value; those may ask theirs."""
        asked = [state]
        for each in asked:
            if each.triggered:
                continue
            each.triggered = True
            for index, sources in each.node.pulls:
                if not each.inbox.has(index):
                    asked += [source for number in sources if (source := each.peers[number]).must_fire]
        for source in asked[1:]:
            source.asked = True
            self.look(source)


def _end(task: asyncio.Task[Any], flight: Flight) -> None:
    """Stop a firing that nobody awaits any more."""
    flight.stopped = True
    task.cancel()
