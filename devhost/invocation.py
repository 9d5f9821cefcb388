"""Functions of the app, and running one: arguments from its bindings, outputs from its return."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import os
import re
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import azure.functions as func
from azure.functions.queue import QueueMessageOutConverter

logger = logging.getLogger("devhost")

#: Exit code of a process that a fault switch ends.
DEATH = 70

_TRIGGERS = ("httpTrigger", "queueTrigger", "timerTrigger", "blobTrigger")
_REFERENCE = re.compile(r"%([^%]+)%")
_LOCAL = threading.local()


class AppError(Exception):
    """The app has something that this host cannot run; the message names the function."""


class Died(BaseException):
    """A fault switch ended the host here. In a test's host only: a real one is gone by then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Function:
    """A function of the app with its bindings, as the decorators give them."""

    name: str
    call: Callable[..., Any]
    #: Of the trigger, as in function.json.
    trigger: Mapping[str, Any]
    #: Output bindings of parameters, by parameter name.
    outputs: Mapping[str, Mapping[str, Any]]
    #: The output binding of the return value.
    returns: Mapping[str, Any] | None
    is_async: bool
    #: Whether it asks for the invocation's context.
    wants_context: bool
    directory: str

    @property
    def kind(self) -> str:
        """The type of its trigger: httpTrigger, queueTrigger, timerTrigger or blobTrigger."""
        return str(self.trigger["type"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A message that a function has set on an output binding."""

    connection: str
    queue: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a function has returned and set."""

    value: Any
    messages: tuple[Sent, ...]


class Switch(StrEnum):
    """Faults that can be switched on for a function."""

    #: Die after the function has returned and before its outputs are sent.
    BEFORE_FLUSH = "before-flush"
    #: Die after its outputs are sent and before the message is deleted or the answer given.
    AFTER_FLUSH = "after-flush"
    #: Deliver each message a second time after it has succeeded.
    TWICE = "twice"
    #: Wait some seconds before the function starts.
    DELAY = "delay"


def _die(function: str) -> None:
    logger.error("%s: a fault switch ends this process", function)
    os._exit(DEATH)


@dataclass(kw_only=True, slots=True)
class Faults:
    """The faults that are switched on, by switch and function."""

    die: Callable[[str], None] = _die
    #: How many times each shall still strike (None: always), and its number of seconds.
    _left: dict[tuple[Switch, str], tuple[int | None, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, switch: str, function: str, times: int | None = None) -> None:
        """Switch a fault on: `before-flush`, `after-flush`, `twice` or `delay=SECONDS`.

        It strikes `times` times, or always. Raises ValueError for anything else.
        """
        name, _, seconds = switch.partition("=")
        if (name == Switch.DELAY) != bool(seconds):
            raise ValueError(f"{switch}: only a delay has seconds, and needs them")
        with self._lock:
            self._left[Switch(name), function] = (times, float(seconds or 0))

    def strikes(self, switch: Switch, function: str) -> bool:
        """Whether the fault strikes now; this counts as one strike."""
        with self._lock:
            times, seconds = self._left.get((switch, function), (0, 0.0))
            if times is not None and times > 0:
                self._left[switch, function] = (times - 1, seconds)
        return times != 0

    def maybe_die(self, switch: Switch, function: str) -> None:
        """End this process if the fault strikes now."""
        if self.strikes(switch, function):
            self.die(function)

    def maybe_wait(self, function: str) -> None:
        """Sleep if a delay strikes now."""
        seconds = self._left.get((Switch.DELAY, function), (0, 0.0))[1]
        if self.strikes(Switch.DELAY, function):
            time.sleep(seconds)


def registered(app: Any) -> list[Any]:
    """Return the functions of a FunctionApp as the library builds them.

    May be called often, unlike the library's own `get_functions`, which takes the names of its
    first call for duplicates. Raises ValueError for what the library refuses.
    """
    app.functions_bindings = {}
    functions: list[Any] = app.get_functions()
    return functions


def read(each: Any) -> Function:
    """Return one of the `registered` functions with its bindings.

    Raises `AppError` for a binding that this host doesn't know.
    """
    name = each.get_function_name()
    bindings = json.loads(each.get_function_json())["bindings"]
    trigger = next(b for b in bindings if b["name"] == each.get_trigger().name)
    if trigger["type"] not in _TRIGGERS:
        raise AppError(f"{name}: the local host has no {trigger['type']}")
    outputs, returns = {}, None
    for binding in bindings:
        if binding is trigger:
            continue
        if binding["type"] not in ("queue", "http") or binding["direction"] != "OUT":
            raise AppError(f"{name}: the local host has no {binding['type']} binding")
        if binding["name"] == "$return":
            returns = binding
        elif binding["type"] == "http":
            raise AppError(f"{name}: an HTTP answer must be the return value")
        else:
            outputs[binding["name"]] = binding
    call = each.get_user_function()
    parameters = set(inspect.signature(call).parameters)
    bound = {trigger["name"], *outputs}
    if parameters - bound - {"context"} or bound - parameters:
        raise AppError(f"{name}: its parameters are not its bindings")
    return Function(
        name=name,
        call=call,
        trigger=trigger,
        outputs=outputs,
        returns=returns,
        is_async=inspect.iscoroutinefunction(call),
        wants_context="context" in parameters - bound,
        directory=os.path.dirname(inspect.getfile(inspect.unwrap(call))),
    )


def resolve(text: str) -> str:
    """Replace each `%NAME%` by that setting, as the host does in names and schedules.

    Raises `AppError` when there is no such setting.
    """
    try:
        return _REFERENCE.sub(lambda found: os.environ[found[1]], text)
    except KeyError as missing:
        raise AppError(f"{text}: the setting {missing} is not set") from None


def invoke(function: Function, value: Any, invocation_id: str) -> Outcome:
    """Run a function with the value of its trigger and return what came out.

    Raises whatever the function raises, and TypeError for an output that its binding cannot take.
    """
    arguments = {str(function.trigger["name"]): value}
    outs: dict[str, _Out] = {name: _Out() for name in function.outputs}
    arguments.update(outs)
    if function.wants_context:
        arguments["context"] = _Context(function, invocation_id)
    returned = function.call(**arguments)
    if function.is_async:
        returned = asyncio.run(returned)
    if returned is not None and function.returns is None:
        raise TypeError(f"{function.name} has no $return binding but returned a value")
    messages: list[Sent] = []
    for name, binding in function.outputs.items():
        messages += _sent(binding, outs[name].get())
    if function.returns is not None and function.returns["type"] == "queue":
        messages += _sent(function.returns, returned)
    return Outcome(value=returned, messages=tuple(messages))


class Runner:
    """Runs functions the way every trigger does: the function, then its outputs, then the rest."""

    def __init__(
        self,
        flush: Callable[[Iterable[Sent]], None],
        faults: Faults,
        failed: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        """`flush` sends the messages of output bindings; `failed` is told of each error."""
        self._flush = flush
        self._failed = failed
        self.faults = faults

    def run(
        self,
        function: Function,
        value: Any,
        convert: Callable[[Any], Any] = lambda value: value,
        label: Callable[[Any], str] = lambda value: "",
    ) -> Any:
        """Run a function on its trigger's value, send its outputs, return what it returned.

        `convert` is applied to the returned value before anything is sent; `label` makes text for
        the log of what it gives, or of None after a failure. Raises whatever the function,
        `convert` or sending raises, after it was logged.
        """
        invocation = str(uuid.uuid4())
        begin = time.perf_counter()
        self.faults.maybe_wait(function.name)
        try:
            outcome = invoke(function, value, invocation)
            converted = convert(outcome.value)
            self.faults.maybe_die(Switch.BEFORE_FLUSH, function.name)
            self._flush(outcome.messages)
            self.faults.maybe_die(Switch.AFTER_FLUSH, function.name)
        except Exception as error:
            spent = (time.perf_counter() - begin) * 1000
            logger.error(
                "%s %s %s failed %.0f ms: %s",
                function.name,
                invocation,
                label(None),
                spent,
                failure(error),
            )
            self._failed(error)
            raise
        spent = (time.perf_counter() - begin) * 1000
        logger.info("%s %s %s ok %.0f ms", function.name, invocation, label(converted), spent)
        return converted


def failure(error: BaseException) -> str:
    """Return what a log may say of an error: its class and its places in the code.

    Never its text, which may hold what a user has written.
    """
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = " > ".join(f"{os.path.basename(f.filename)}:{f.lineno} {f.name}" for f in frames)
    cause = error.__cause__
    return f"{type(error).__name__} at {places}" + (f" from {failure(cause)}" if cause else "")


class _Out(func.Out[Any]):
    """An output binding's parameter."""

    def __init__(self) -> None:
        self._value: Any = None

    def set(self, val: Any) -> None:
        self._value = val

    def get(self) -> Any:
        return self._value


class _Context(func.Context):
    """What a function may know about its invocation. There is no tracing and no retry here."""

    def __init__(self, function: Function, invocation_id: str) -> None:
        self._function = function
        self._invocation_id = invocation_id
        _LOCAL.invocation_id = invocation_id

    @property
    def invocation_id(self) -> str:
        return self._invocation_id

    @property
    def thread_local_storage(self) -> Any:
        return _LOCAL

    @property
    def function_name(self) -> str:
        return self._function.name

    @property
    def function_directory(self) -> str:
        return self._function.directory

    @property
    def trace_context(self) -> Any:
        return None

    @property
    def retry_context(self) -> Any:
        return None


def _sent(binding: Mapping[str, Any], value: Any) -> Iterable[Sent]:
    """Messages of an output binding's value, encoded by the library, split like the host does."""
    if value is None:
        return []
    if isinstance(value, func.QueueMessage):
        raise TypeError("an output message must be a str, bytes, or a list of str")
    try:
        datum = QueueMessageOutConverter.encode(value, expected_type=None)
    except NotImplementedError:
        raise TypeError("an output message must be a str, bytes, or a list of str") from None
    text = datum.value.decode("utf-8") if isinstance(datum.value, bytes) else datum.value
    queue = resolve(str(binding["queueName"]))
    connection = str(binding["connection"])
    return [Sent(connection=connection, queue=queue, text=each) for each in _split(text)]


def _split(text: str) -> list[str]:
    """Return the messages in a string: one for each element, if it is a JSON array.

    The host does this to every string (FunctionBinding.ReadAsEnumerable).
    """
    if not text.lstrip().startswith("["):
        return [text]
    try:
        elements = json.loads(text)
    except ValueError:
        return [text]
    return [
        element if isinstance(element, str) else json.dumps(element, ensure_ascii=False)
        for element in elements
    ]
